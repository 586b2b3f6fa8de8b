import type { Queryable } from "./database.ts";

/** How many failures open a breaker, and how long (ms) its first and its longest pause are; they double in between. */
export type BreakerRule = { readonly failures: number; readonly firstMs: number; readonly longestMs: number };

/**
 * Counts a failed call of a closed breaker, opening it at the rule's number of them in a row. Returns whether this
 * failure opened it.
 */
export async function countFailure(
  db: Queryable,
  portal: string,
  rule: BreakerRule,
  reason: string,
): Promise<boolean> {
  const [row] = await db.query<{ opened: boolean }>(
    `insert into call_breakers as b (portal_id, failures, reason) values ($1, 1, $4)
     on conflict (portal_id) do update set failures = b.failures + 1, reason = excluded.reason,
       openings = case when b.open_until is null and b.failures + 1 >= $2 then 1 else b.openings end,
       open_until = case when b.open_until is null and b.failures + 1 >= $2
         then clock_timestamp() + $3 * interval '1 millisecond' else b.open_until end
     returning b.open_until is not null and b.failures = $2 as opened`,
    [portal, rule.failures, rule.firstMs, reason],
  );
  return row?.opened ?? false;
}

/** Lets one caller at a time try a breaker whose pause is over; the try is free again after `leaseMs`. */
export async function takeProbe(db: Queryable, portal: string, leaseMs: number): Promise<boolean> {
  const rows = await db.query(
    `update call_breakers set probe_until = clock_timestamp() + $2 * interval '1 millisecond'
     where portal_id = $1 and open_until <= clock_timestamp()
       and (probe_until is null or probe_until <= clock_timestamp()) returning 1`,
    [portal, leaseMs],
  );
  return rows.length > 0;
}

/** Gives a try back that was not made. */
export async function returnProbe(db: Queryable, portal: string): Promise<void> {
  await db.query("update call_breakers set probe_until = null where portal_id = $1", [portal]);
}

/** Opens a breaker again, for longer, after a try that failed. */
export async function reopenBreaker(
  db: Queryable,
  portal: string,
  rule: BreakerRule,
  reason: string,
): Promise<void> {
  await db.query(
    `update call_breakers set failures = failures + 1, openings = openings + 1, probe_until = null, reason = $4,
       open_until = clock_timestamp()
         + least($3::float8, $2::float8 * power(2, least(openings, 30))) * (0.9 + 0.2 * random()) * interval '1 millisecond'
     where portal_id = $1`,
    [portal, rule.firstMs, rule.longestMs, reason],
  );
}

/** Forgets a portal's failures; an open breaker closes only after a try. */
export async function forgetFailures(db: Queryable, portal: string, wasTried: boolean): Promise<void> {
  await db.query(
    `update call_breakers set failures = 0, openings = 0, open_until = null, probe_until = null, reason = null
     where portal_id = $1 and ($2 or open_until is null)`,
    [portal, wasTried],
  );
}
