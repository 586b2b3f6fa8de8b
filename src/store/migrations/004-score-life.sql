alter table scores add column draft_by text, add column draft_saved_at timestamptz;

alter table backfill_runs drop constraint backfill_runs_state_check;
alter table backfill_runs add constraint backfill_runs_state_check
  check (state in ('reading', 'scoring', 'paused', 'done', 'failed', 'superseded', 'cancelled'));
alter table backfill_runs add column paused_from text;

alter table lists add column missing_since timestamptz;

alter table pending_writes add column written_at timestamptz;

alter table resets add column requested_at timestamptz not null default now();

create table shown_labels (
  portal_id text collate "C" not null,
  score_id integer not null,
  record_id text collate "C" not null,
  shown text not null,
  plain text not null,
  since bigint not null,
  primary key (portal_id, score_id, record_id)
);
comment on table shown_labels is 'labels as written, for scores with hysteresis';
