alter table lists add column read_from bigint, add column reread_at timestamptz;
comment on column lists.read_from is 'when the last full reading of the list began';
comment on column lists.reread_at is 'when to read the list anew, before its turn; null: in its turn';

create table list_entries (
  portal_id text collate "C" not null,
  list_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  is_member boolean not null,
  occurred_at bigint not null,
  primary key (portal_id, list_id, record_id)
);
comment on table list_entries is 'who entered or left a list since its last full reading began, as HubSpot''s journal told it';

create table journal_subscriptions (
  portal_id text collate "C" primary key,
  subscription_id text collate "C" not null,
  list_ids text[] not null
);
comment on table journal_subscriptions is 'the lists of which HubSpot''s journal tells who enters and leaves';

create table journals (
  app text collate "C" primary key,
  position text,
  read_at timestamptz,
  checked_at timestamptz,
  due_at timestamptz not null
);
comment on table journals is 'how far HubSpot''s journal of the app, named by its client id, has been read';
comment on column journals.position is 'the offset of the last entry read; null: the journal was empty';
comment on column journals.read_at is 'when the journal was last asked for what follows; null: reading never began';
comment on column journals.checked_at is 'when the subscriptions at HubSpot were last compared with those wanted';
