create table scores (
  portal_id text collate "C" not null,
  score_id integer generated always as identity,
  name text not null,
  object text collate "C" not null,
  status text not null default 'draft' check (status in ('draft', 'on', 'off')),
  draft jsonb,
  live_version integer,
  next_version integer,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (portal_id, score_id)
);
create unique index scores_by_name on scores (portal_id, lower(name));
comment on column scores.next_version is 'a published version whose data is still being read; it becomes the live one afterwards';

create table score_versions (
  portal_id text collate "C" not null,
  score_id integer not null,
  version integer not null,
  definition jsonb not null,
  published_at bigint not null,
  published_by text not null,
  note text,
  primary key (portal_id, score_id, version),
  foreign key (portal_id, score_id) references scores on delete cascade
);

create sequence computation_seq;

create table record_scores (
  portal_id text collate "C" not null,
  score_id integer not null,
  record_id text collate "C" not null,
  version integer not null,
  seq bigint not null,
  value float8,
  engagement float8,
  fit float8,
  threshold text,
  valid_until bigint,
  computed_at bigint not null,
  primary key (portal_id, score_id, record_id)
);
create index record_scores_due on record_scores (portal_id, valid_until) where valid_until is not null;

create table score_history (
  portal_id text collate "C" not null,
  score_id integer not null,
  record_id text collate "C" not null,
  seq bigint not null,
  at bigint not null,
  version integer not null,
  value float8,
  engagement float8,
  fit float8,
  threshold text,
  primary key (portal_id, score_id, record_id, seq)
);

create index score_history_latest on score_history (portal_id, seq);

create table resets (
  portal_id text collate "C" not null,
  score_id integer not null,
  record_id text collate "C" not null,
  at bigint not null,
  primary key (portal_id, score_id, record_id, at)
);

create table backfill_runs (
  portal_id text collate "C" not null,
  run_id bigint generated always as identity,
  object text collate "C" not null,
  state text not null default 'reading' check (state in ('reading', 'scoring', 'done', 'failed', 'superseded')),
  steps jsonb not null default '[]',
  step integer not null default 0,
  cursor text,
  done bigint not null default 0,
  total bigint,
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (portal_id, run_id)
);
