create table inbox (
  portal_id text collate "C" not null,
  inbox_id bigint generated always as identity,
  received_at bigint not null,
  stored_at timestamptz not null default now(),
  signature_digest text not null,
  body bytea not null,
  event_count integer not null,
  state text not null default 'new' check (state in ('new', 'done', 'failed')),
  attempts smallint not null default 0,
  faults jsonb not null default '[]',
  replayed_from bigint,
  primary key (portal_id, inbox_id)
);
create unique index inbox_by_signature on inbox (portal_id, signature_digest);
create index inbox_new on inbox (portal_id, inbox_id) where state = 'new';

create table seen_notifications (
  portal_id text collate "C" not null,
  key text collate "C" not null,
  seen_at timestamptz not null default now(),
  primary key (portal_id, key)
);

create table pending_reads (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  due_at timestamptz not null default now(),
  attempts smallint not null default 0,
  stamp bigint not null default 0,
  primary key (portal_id, object, record_id)
);

create table dirty_marks (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  priority smallint not null,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  error text,
  primary key (portal_id, object, record_id)
);
create index dirty_marks_order on dirty_marks (portal_id, priority, due_at);
comment on column dirty_marks.priority is '0 live change, 1 back-fill or time';

create table pending_writes (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  desired jsonb not null default '{}',
  held jsonb not null default '{}',
  pending boolean not null,
  priority smallint not null default 0,
  pending_since timestamptz not null default now(),
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  attempts smallint not null default 0,
  refusal text,
  window_started timestamptz,
  window_writes smallint not null default 0,
  primary key (portal_id, object, record_id)
);
create index pending_writes_order on pending_writes (portal_id, object, priority, due_at) where pending;
comment on table pending_writes is 'the values a record should show, the ones HubSpot is known to hold, and whether they differ';

create table call_budgets (
  portal_id text collate "C" not null,
  kind text not null,
  next_at timestamptz not null default now(),
  interval_ms float8 not null,
  burst integer not null,
  parked_until timestamptz,
  parked_reason text,
  day_remaining integer,
  primary key (portal_id, kind)
);
