create table work_in_hand (
  portal_id text collate "C" not null,
  stage text collate "C" not null check (stage in ('ingest', 'score')),
  chunk_id bigint generated always as identity,
  holder text,
  keys text[] not null,
  deaths smallint not null default 0,
  primary key (portal_id, stage, chunk_id)
);
comment on table work_in_hand is 'what a process is about to work on, committed before it begins and deleted with its results; what a dead process leaves is under suspicion';
comment on column work_in_hand.holder is 'the process, null for a part of what a dead one left';
comment on column dirty_marks.due_at is 'infinity: set aside, since processes died while scoring the record';
