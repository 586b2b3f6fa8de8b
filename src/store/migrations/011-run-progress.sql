alter table backfill_runs
  add column scores jsonb not null default '[]',
  add column step_started_at timestamptz not null default clock_timestamp(),
  add column paused_at timestamptz,
  add column marked_at timestamptz,
  add column told_at timestamptz not null default '-infinity';
update backfill_runs set told_at = 'infinity' where state not in ('reading', 'scoring', 'paused');

comment on column backfill_runs.scores is 'the scores that were on when the run began, each with the version that it brings: [{scoreId, version}]';
comment on column backfill_runs.step_started_at is 'when the present step began, later by as long as the run was paused since';
comment on column backfill_runs.marked_at is 'when every record had its mark: the run is done once those marks are gone';
comment on column backfill_runs.told_at is 'when the log last told of the run; infinity once it told of its end';
