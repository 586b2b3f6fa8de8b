-- Instants of HubSpot and of scoring are bigint milliseconds; instants of our own machinery are timestamptz.

create table portals (
  portal_id text collate "C" primary key,
  time_zone text not null default 'UTC',
  status text not null default 'active' check (status in ('active', 'paused', 'uninstalled')),
  status_reason text,
  salt text not null default gen_random_uuid()::text,
  created_at timestamptz not null default now()
);

create table records (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  properties jsonb not null default '{}',
  changed jsonb not null default '{}',
  history jsonb not null default '{}',
  deleted_at bigint,
  restored_at bigint,
  primary key (portal_id, object, record_id)
);
comment on column records.changed is 'property name to the instant of the value held';
comment on column records.history is 'property name to [[instant, value], ...], oldest first, for properties whose history a score reads';

create table timelines (
  portal_id text collate "C" not null,
  contact_id text collate "C" not null,
  events bytea not null,
  primary key (portal_id, contact_id)
);
alter table timelines alter column events set storage external;
alter table timelines set (toast_tuple_target = 8160);

create table associations (
  portal_id text collate "C" not null,
  from_object text collate "C" not null,
  from_id text collate "C" not null,
  to_object text collate "C" not null,
  to_id text collate "C" not null,
  labels text[] not null default '{}',
  primary key (portal_id, from_object, from_id, to_object, to_id)
);

create table lists (
  portal_id text collate "C" not null,
  list_id text collate "C" not null,
  name text not null,
  object text collate "C" not null,
  read_at timestamptz not null default now(),
  primary key (portal_id, list_id)
);

create table list_members (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  record_id text collate "C" not null,
  list_id text collate "C" not null,
  primary key (portal_id, object, record_id, list_id)
);
create index list_members_by_list on list_members (portal_id, list_id);

create table merged_records (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  from_id text collate "C" not null,
  into_id text collate "C" not null,
  primary key (portal_id, object, from_id)
);

create table forgotten_records (
  portal_id text collate "C" not null,
  digest bytea not null,
  forgotten_at timestamptz not null default now(),
  primary key (portal_id, digest)
);

create table coverage (
  portal_id text collate "C" not null,
  object text collate "C" not null,
  kind text not null check (kind in ('records', 'property', 'history', 'event', 'list', 'association')),
  name text collate "C" not null,
  read_at timestamptz not null default now(),
  primary key (portal_id, object, kind, name)
);
comment on table coverage is 'what has been read whole from HubSpot and is kept fresh since';

create table cursors (
  portal_id text collate "C" not null,
  source text collate "C" not null,
  position jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (portal_id, source)
);
