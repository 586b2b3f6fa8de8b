alter table pending_writes add column drifted text[] not null default '{}';
create index pending_writes_drifted on pending_writes (portal_id, object) where drifted <> '{}';
comment on column pending_writes.drifted is 'properties that show something else than was written, where that is reported and not repaired';
