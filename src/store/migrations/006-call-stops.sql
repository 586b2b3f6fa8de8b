create table call_breakers (
  portal_id text collate "C" primary key,
  failures integer not null default 0,
  openings integer not null default 0,
  open_until timestamptz,
  probe_until timestamptz,
  reason text
);
comment on column call_breakers.open_until is 'no call before; afterwards one at a time, until one succeeds';

create table call_days (
  portal_id text collate "C" primary key,
  day text not null,
  call_limit integer not null,
  remaining integer not null
);
comment on column call_days.day is 'the date in the portal''s time zone that the counts are of';
alter table call_budgets drop column day_remaining;

create table property_faults (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  property text collate "C" not null,
  score_id integer not null,
  fault text not null,
  parks boolean not null,
  since timestamptz not null default now(),
  primary key (portal_id, object, property)
);
comment on table property_faults is 'properties of scores that someone changed in HubSpot; where parks is true nothing is written to them';
