alter table portals add column setup_due_at timestamptz, add column setup_error text,
  add column connected_at timestamptz, add column uninstalled_at timestamptz;
comment on column portals.setup_due_at is 'when what a new connection needs is to be done (next); null: nothing is left';

create table portal_tokens (
  portal_id text collate "C" primary key,
  access_token bytea not null,
  refresh_token bytea not null,
  key_id text not null,
  scopes text[] not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  generation integer not null default 1,
  is_replacement boolean not null default false,
  refusals smallint not null default 0,
  refused_at timestamptz
);
comment on table portal_tokens is 'OAuth tokens, sealed under the key named';
comment on column portal_tokens.is_replacement is 'whether HubSpot had refused the access token before this one';

create table portal_features (
  portal_id text collate "C" not null,
  feature text not null,
  is_off boolean not null,
  reason text,
  scopes text[] not null default '{}',
  checked_at timestamptz not null default clock_timestamp(),
  primary key (portal_id, feature)
);
comment on table portal_features is 'parts of HubSpot that the account was seen to allow or to refuse';

create table used_consents (
  digest bytea primary key,
  expires_at timestamptz not null
);
comment on table used_consents is 'states of consents that came back, until they expire';

create function erase_portal(portal text, chunk integer) returns bigint language plpgsql as $$
declare
  place record;
  gone bigint;
  total bigint := 0;
begin
  for place in
    select c.table_name from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = current_schema() and c.column_name = 'portal_id' and c.table_name <> 'portals'
      and t.table_type = 'BASE TABLE'
  loop
    execute format('delete from %I where ctid = any(array(select ctid from %I where portal_id = $1 limit $2))',
      place.table_name, place.table_name) using portal, chunk;
    get diagnostics gone = row_count;
    total := total + gone;
  end loop;
  return total;
end $$;
comment on function erase_portal is 'deletes up to chunk rows of a portal from each table but portals, and tells how many went';
