alter table scores add column draft_by text, add column draft_saved_at timestamptz;

alter table backfill_runs drop constraint backfill_runs_state_check;
alter table backfill_runs add constraint backfill_runs_state_check
  check (state in ('reading', 'scoring', 'paused', 'done', 'failed', 'superseded', 'cancelled'));
alter table backfill_runs add column paused_from text;

alter table lists add column missing_since timestamptz;

alter table pending_writes add column written_at timestamptz;

alter table resets add column requested_at timestamptz not null default now();
