create table api_keys (
  portal_id text collate "C" not null,
  key_id text collate "C" not null,
  name text not null,
  scopes text[] not null,
  contact_property text collate "C",
  salt bytea not null,
  digest bytea not null,
  allowance float8 not null,
  allowance_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  used_at timestamptz,
  revoked_at timestamptz,
  primary key (portal_id, key_id)
);
comment on table api_keys is 'keys of customers'' own systems, as salted digests; key_id is the part that is shown';
comment on column api_keys.contact_property is 'the contact property that external ids of this key are values of';
comment on column api_keys.allowance is 'requests that may follow at once, as of allowance_at';

create table own_event_ids (
  portal_id text collate "C" not null,
  digest bytea not null,
  received_at timestamptz not null default now(),
  primary key (portal_id, digest)
);
comment on table own_event_ids is 'digests of the ids of events that customers'' systems sent';

create table waiting_events (
  portal_id text collate "C" not null,
  property text collate "C" not null,
  value text collate "C" not null,
  event_id text collate "C" not null,
  event jsonb not null,
  is_new boolean not null default true,
  received_at timestamptz not null default now(),
  primary key (portal_id, property, value, event_id)
);
create index waiting_events_new on waiting_events (portal_id, received_at) where is_new;
comment on table waiting_events is 'events that name their contact by a property''s value (an empty name: by its id), until they are in the contact''s timeline';
comment on column waiting_events.is_new is 'whether the contact has still to be looked for';

create table contact_keys (
  portal_id text collate "C" not null,
  property text collate "C" not null,
  value text collate "C" not null,
  contact_id text collate "C" not null,
  primary key (portal_id, property, value, contact_id)
);
create index contact_keys_by_contact on contact_keys (portal_id, contact_id);
comment on table contact_keys is 'the values by which events name contacts, e-mail addresses in lower case';

create table event_sources (
  portal_id text collate "C" not null,
  event_type text collate "C" not null,
  source text not null,
  chosen_at timestamptz not null default now(),
  primary key (portal_id, event_type)
);
comment on table event_sources is 'where events of a type come from in this account';
