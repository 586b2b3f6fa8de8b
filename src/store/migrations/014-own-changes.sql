alter table pending_writes add column modified_at bigint;
comment on column pending_writes.modified_at is 'the instant that HubSpot gave the record when our values were last written';
