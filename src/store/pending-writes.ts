import type { Queryable } from "./database.ts";
import type { Priority } from "./dirty-marks.ts";
import { storableJson } from "./storable-json.ts";

/** Property values as HubSpot takes them: text, empty to clear. */
export type Values = Readonly<Record<string, string>>;

export type WantedValues = { readonly id: string; readonly values: Values; readonly priority: Priority };

/** Sets what records should show; those that HubSpot is not known to hold already become pending. */
export async function wantValues(
  tx: Queryable,
  portal: string,
  object: string,
  wanted: readonly WantedValues[],
): Promise<void> {
  if (wanted.length === 0) return;
  await tx.query(
    `insert into pending_writes (portal_id, object, record_id, desired, pending, priority)
     select $1, $2, w.id, w.desired, w.desired <> '{}'::jsonb, w.priority
     from unnest($3::text[], $4::jsonb[], $5::smallint[]) as w(id, desired, priority) order by w.id
     on conflict (portal_id, object, record_id) do update set
       desired = pending_writes.desired || excluded.desired,
       pending = not pending_writes.held @> (pending_writes.desired || excluded.desired),
       priority = case when pending_writes.pending then least(pending_writes.priority, excluded.priority) else excluded.priority end,
       pending_since = case when pending_writes.pending then pending_writes.pending_since else clock_timestamp() end,
       due_at = case when pending_writes.pending then pending_writes.due_at else greatest(clock_timestamp(), pending_writes.due_at) end,
       refusal = null
     where not pending_writes.desired @> excluded.desired`,
    [
      portal,
      object,
      wanted.map((row) => row.id),
      wanted.map((row) => JSON.stringify(row.values)),
      wanted.map((row) => row.priority),
    ],
  );
}

/** Wants these properties empty on those of the records that show them. */
export async function clearValues(
  tx: Queryable,
  portal: string,
  records: { readonly object: string; readonly ids: readonly string[] },
  names: readonly string[],
): Promise<void> {
  await tx.query(
    `update pending_writes w set desired = w.desired || c.values, pending = not w.held @> (w.desired || c.values),
       pending_since = clock_timestamp(), refusal = null
     from (select jsonb_object_agg(n, '') as values from unnest($4::text[]) as n) c
     where w.portal_id = $1 and w.object = $2 and w.record_id = any($3) and w.desired ?| $4::text[]
       and not w.desired @> c.values`,
    [portal, records.object, records.ids, names],
  );
}

/** Wants nothing of these properties any more, on any record: they keep the values they have. */
export async function dropValues(
  tx: Queryable,
  portal: string,
  object: string,
  names: readonly string[],
): Promise<void> {
  await tx.query(
    `update pending_writes set desired = desired - $3::text[], held = held - $3::text[],
       pending = not (held - $3::text[]) @> (desired - $3::text[])
     where portal_id = $1 and object = $2 and (desired ?| $3::text[] or held ?| $3::text[])`,
    [portal, object, names],
  );
}

/** What these records should show, by id; none for those that nothing was ever wanted of. */
export async function loadWanted(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Map<string, Values>> {
  const rows = await db.query<{ id: string; desired: Values }>(
    `select record_id as id, desired from pending_writes
     where portal_id = $1 and object = $2 and record_id = any($3)`,
    [portal, object, ids],
  );
  return new Map(rows.map((row) => [row.id, row.desired]));
}

/** Remembers values read from HubSpot for records that nothing was ever written to. */
export async function rememberHeld(
  tx: Queryable,
  portal: string,
  object: string,
  held: ReadonlyMap<string, Values>,
): Promise<void> {
  const filled = [...held].map(
    ([id, values]) => [id, Object.fromEntries(Object.entries(values).filter(([, value]) => value))] as const,
  );
  const known = filled.filter(([, values]) => Object.keys(values).length > 0);
  if (known.length === 0) return;
  await tx.query(
    `insert into pending_writes (portal_id, object, record_id, held, pending)
     select $1, $2, h.id, h.held, false from unnest($3::text[], $4::jsonb[]) as h(id, held) on conflict do nothing`,
    [portal, object, known.map(([id]) => id), known.map(([, values]) => storableJson(values))],
  );
}

export type ClaimedWrite = { readonly id: string; readonly desired: Values; readonly held: Values };

/** Forgets that HubSpot holds these properties' values, on every record: what is wanted of them is written anew. */
export async function forgetHeld(
  db: Queryable,
  portal: string,
  object: string,
  names: readonly string[],
): Promise<void> {
  await db.query(
    `update pending_writes set held = held - $3::text[], pending = not (held - $3::text[]) @> desired, priority = 1,
       pending_since = clock_timestamp(), refusal = null
     where portal_id = $1 and object = $2 and (held ?| $3::text[] or refusal is not null)`,
    [portal, object, names],
  );
}

/**
 * How a batch is filled: at most `limit` records, fewer only where the oldest has waited `lingerMs`, or `busyLingerMs`
 * while notifications, reads or records of the portal are still being worked on and may fill it.
 */
export type Batch = {
  readonly object: string;
  readonly limit: number;
  readonly lingerMs: number;
  readonly busyLingerMs: number;
  readonly leaseMs: number;
  /** Writes less urgent than this wait. */
  readonly leastUrgent: Priority;
};

/** Leases the next batch of records whose values differ from what HubSpot holds; empty where a fuller one is worth the wait. */
export async function claimWrites(tx: Queryable, portal: string, batch: Batch): Promise<ClaimedWrite[]> {
  return tx.query<ClaimedWrite>(
    `with ready as (select record_id, pending_since from pending_writes
       where portal_id = $1 and object = $2 and pending and due_at <= clock_timestamp() and priority <= $7
         and (leased_until is null or leased_until <= clock_timestamp())
       order by priority, due_at limit $3 for update skip locked),
     busy as (select exists (select 1 from dirty_marks where portal_id = $1 and due_at <= clock_timestamp())
       or exists (select 1 from pending_reads where portal_id = $1 and due_at <= clock_timestamp())
       or exists (select 1 from inbox where portal_id = $1 and state = 'new') as yes),
     enough as (select count(*) >= $3 or min(pending_since) <= clock_timestamp()
       - (case when (select yes from busy) then $6 else $4 end)::float8 * interval '1 millisecond' as yes from ready)
     update pending_writes w set leased_until = clock_timestamp() + $5 * interval '1 millisecond'
     where (select yes from enough) and w.portal_id = $1 and w.object = $2
       and w.record_id = any(array(select record_id from ready))
     returning w.record_id as id, w.desired, w.held`,
    [
      ...[portal, batch.object, batch.limit, batch.lingerMs, batch.leaseMs, batch.busyLingerMs],
      batch.leastUrgent,
    ],
  );
}

const NEW_WINDOW = "coalesce(w.window_started < clock_timestamp() - $6 * interval '1 millisecond', true)";

export type WriteBudget = { readonly writes: number; readonly windowMs: number; readonly pauseMs: number };

/** Values that HubSpot took, and the instant (ms) of the record's last change that it told. */
export type WrittenRecord = {
  readonly id: string;
  readonly values: Values;
  readonly modifiedAt: number | null;
};

/**
 * Remembers written values; a record written more than `budget.writes` times in the window pauses before its next write,
 * so that a loop through a workflow cannot run hot. Returns the ids that pause.
 */
export async function finishWrites(
  tx: Queryable,
  portal: string,
  { object, records }: { readonly object: string; readonly records: readonly WrittenRecord[] },
  budget: WriteBudget,
): Promise<string[]> {
  const rows = await tx.query<{ id: string; paused: boolean }>(
    `update pending_writes w set held = w.held || s.sent, pending = not (w.held || s.sent) @> w.desired,
       drifted = array(select name from unnest(w.drifted) as name where not s.sent ? name),
       leased_until = null, attempts = 0, refusal = null, pending_since = clock_timestamp(), written_at = clock_timestamp(),
       modified_at = s.modified_at,
       window_started = case when ${NEW_WINDOW} then clock_timestamp() else w.window_started end,
       window_writes = case when ${NEW_WINDOW} then 1 else least(w.window_writes + 1, 30000) end,
       due_at = case when not ${NEW_WINDOW} and w.window_writes >= $5
         then clock_timestamp() + $7 * interval '1 millisecond' else w.due_at end
     from unnest($3::text[], $4::jsonb[], $8::bigint[]) as s(id, sent, modified_at)
     where w.portal_id = $1 and w.object = $2 and w.record_id = any($3) and w.record_id = s.id
     returning w.record_id as id, w.due_at > clock_timestamp() as paused`,
    [
      portal,
      object,
      records.map((record) => record.id),
      records.map((record) => storableJson(record.values)),
      budget.writes,
      budget.windowMs,
      budget.pauseMs,
      records.map((record) => record.modifiedAt),
    ],
  );
  return rows.filter((row) => row.paused).map((row) => row.id);
}

/**
 * Gives leases back after a failed call; the records are tried again after growing pauses of at least `pauseMs`, or, where
 * no call was made (`isTried` false), after just that.
 */
export async function returnWrites(
  tx: Queryable,
  portal: string,
  failed: { readonly object: string; readonly ids: readonly string[]; readonly isTried: boolean },
  pauseMs: number,
): Promise<void> {
  await tx.query(
    `update pending_writes set leased_until = null,
       attempts = case when $5 then least(attempts + 1, 30) else attempts end,
       due_at = clock_timestamp() + interval '1 millisecond'
         * case when $5 then greatest($4::float8, least(300000, 500 * power(2, attempts))) else $4::float8 end
     where portal_id = $1 and object = $2 and record_id = any($3)`,
    [portal, failed.object, failed.ids, pauseMs, failed.isTried],
  );
}

/** Parks records that HubSpot refuses, with its reason: they are written again when their values next change. */
export async function refuseWrites(
  tx: Queryable,
  portal: string,
  object: string,
  refusals: ReadonlyMap<string, string>,
): Promise<void> {
  if (refusals.size === 0) return;
  await tx.query(
    `update pending_writes w set leased_until = null, pending = false, attempts = 0, refusal = r.reason
     from unnest($3::text[], $4::text[]) as r(id, reason)
     where w.portal_id = $1 and w.object = $2 and w.record_id = any($3) and w.record_id = r.id`,
    [portal, object, [...refusals.keys()], [...refusals.values()]],
  );
}

export type PendingObject = { readonly object: string; readonly wait: number };

/** Object types with pending writes, and the milliseconds until a batch of each may go (0: now). */
export async function pendingObjects(
  db: Queryable,
  portal: string,
  batch: Pick<Batch, "lingerMs" | "leastUrgent">,
): Promise<PendingObject[]> {
  return db.query<PendingObject>(
    `select object, case when count(*) filter (where due_at <= clock_timestamp()) >= 100 then 0 else
       greatest(0, extract(epoch from min(greatest(due_at, pending_since + $2 * interval '1 millisecond')) - clock_timestamp()) * 1000)
       end::float8 as wait
     from pending_writes where portal_id = $1 and pending and priority <= $3
       and (leased_until is null or leased_until <= clock_timestamp())
     group by object`,
    [portal, batch.lingerMs, batch.leastUrgent],
  );
}

/** Forgets what these records should show and what they hold. */
export async function deleteWrites(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  await tx.query("delete from pending_writes where portal_id = $1 and object = $2 and record_id = any($3)", [
    portal,
    object,
    ids,
  ]);
}
