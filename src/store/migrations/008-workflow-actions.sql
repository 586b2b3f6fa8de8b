create table adjustments (
  portal_id text collate "C" not null,
  adjustment_id bigint generated always as identity,
  score_id integer not null,
  record_id text collate "C" not null,
  side text not null check (side in ('engagement', 'fit')),
  points float8 not null,
  from_at bigint not null,
  until_at bigint,
  reason text not null,
  given_by text not null,
  given_at timestamptz not null default clock_timestamp(),
  primary key (portal_id, adjustment_id)
);
create index adjustments_by_record on adjustments (portal_id, score_id, record_id);
comment on table adjustments is 'points given to one side of a record''s score by hand or by a workflow, in force from from_at until just before until_at';

create table action_callbacks (
  portal_id text collate "C" not null,
  callback_id text collate "C" not null,
  action text not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  score text collate "C" not null,
  outputs jsonb not null default '{}',
  received_at timestamptz not null default clock_timestamp(),
  due_at timestamptz,
  blocked_until timestamptz,
  attempts smallint not null default 0,
  primary key (portal_id, callback_id)
);
create index action_callbacks_due on action_callbacks (portal_id, due_at) where due_at is not null;
comment on table action_callbacks is 'answers to the executions of workflow actions, so that the same execution gets the same answer again';
comment on column action_callbacks.due_at is 'when to look whether a blocked execution can be completed; null: nothing is left to do';

alter table scores add column reasons boolean not null default false;
comment on column scores.reasons is 'whether the score also writes why it gives its value, in properties of their own';
