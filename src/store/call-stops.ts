import type { Queryable } from "./database.ts";

/** What the database knows of anything that stops a portal's calls. */
export type StoredStops = {
  readonly timeZone: string;
  readonly failures: number;
  /** Milliseconds until a try may be made; null where the breaker is closed. */
  readonly openMs: number | null;
  readonly openReason: string | null;
  /** Milliseconds that HubSpot asked to wait; 0 where it did not. */
  readonly parkedMs: number;
  readonly parkedReason: string | null;
  /** The date (portal's time zone) that the counts are of. */
  readonly day: string | null;
  readonly limit: number | null;
  readonly remaining: number | null;
};

/** Reads everything that may stop the portal's calls. */
export async function loadStops(db: Queryable, portal: string): Promise<StoredStops> {
  const [row] = await db.query<StoredStops>(
    `select coalesce(p.time_zone, 'UTC') as "timeZone", coalesce(b.failures, 0) as failures,
       case when b.open_until is not null
         then greatest(0, extract(epoch from b.open_until - clock_timestamp()) * 1000) end::float8 as "openMs", b.reason as "openReason",
       greatest(0, coalesce(extract(epoch from c.parked_until - clock_timestamp()) * 1000, 0))::float8 as "parkedMs",
       c.parked_reason as "parkedReason", d.day, d.call_limit as "limit", d.remaining
     from (select $1::text as portal_id) a left join portals p using (portal_id) left join call_breakers b using (portal_id)
       left join call_days d using (portal_id) left join call_budgets c on c.portal_id = a.portal_id and c.kind = 'call'`,
    [portal],
  );
  if (!row) throw new Error("a look at the portal's stops returned no row");
  return row;
}

/** Notes how many calls HubSpot allows on a day (a date in the portal's time zone) and how many are left. */
export async function noteDay(
  db: Queryable,
  portal: string,
  seen: { readonly day: string; readonly limit: number; readonly remaining: number },
): Promise<void> {
  await db.query(
    `insert into call_days as d (portal_id, day, call_limit, remaining) values ($1, $2, $3, $4)
     on conflict (portal_id) do update set day = excluded.day, call_limit = excluded.call_limit, remaining = excluded.remaining
     where (d.day, d.call_limit, d.remaining) is distinct from (excluded.day, excluded.call_limit, excluded.remaining)`,
    [portal, seen.day, seen.limit, seen.remaining],
  );
}

/** Notes that no call is left on this day. */
export async function endDay(db: Queryable, portal: string, day: string): Promise<void> {
  await db.query(
    `insert into call_days as d (portal_id, day, call_limit, remaining) values ($1, $2, 0, 0)
     on conflict (portal_id) do update set day = excluded.day, remaining = 0`,
    [portal, day],
  );
}
