import type { Queryable } from "./database.ts";

/** A steady rate with a small burst: in any window of W ms at most `burst + W / intervalMs + 1` calls. */
export type Rate = { readonly intervalMs: number; readonly burst: number };

export type Slot = { readonly waitMs: number } | { readonly parkedMs: number; readonly reason: string };

/**
 * Reserves the portal's next call of this kind (generic cell rate algorithm, on the database's clock, so that all
 * processes share it), or says for how long the portal's calls are parked.
 */
export async function reserveCall(db: Queryable, portal: string, kind: string, rate: Rate): Promise<Slot> {
  const [row] = await db.query<{ wait: number; parked: number | null; reason: string | null }>(
    `insert into call_budgets as b (portal_id, kind, next_at, interval_ms, burst)
     values ($1, $2, clock_timestamp() - ($4::int - 1) * $3::float8 * interval '1 millisecond', $3::float8, $4::int)
     on conflict (portal_id, kind) do update set
       next_at = case when b.parked_until > clock_timestamp() then b.next_at else
         greatest(b.next_at, clock_timestamp() - b.burst * b.interval_ms * interval '1 millisecond')
         + b.interval_ms * interval '1 millisecond' end
     returning extract(epoch from b.next_at - clock_timestamp()) * 1000 - b.interval_ms as wait,
       extract(epoch from b.parked_until - clock_timestamp()) * 1000 as parked, b.parked_reason as reason`,
    [portal, kind, rate.intervalMs, rate.burst],
  );
  const parkedMs = Number(row?.parked ?? 0);
  if (parkedMs > 0) return { parkedMs, reason: row?.reason ?? "" };
  return { waitMs: Math.max(0, Number(row?.wait ?? 0)) };
}

/** Sets the rate of a kind of call, as HubSpot's answers tell it. */
export async function setRate(db: Queryable, portal: string, kind: string, rate: Rate): Promise<void> {
  await db.query("update call_budgets set interval_ms = $3, burst = $4 where portal_id = $1 and kind = $2", [
    portal,
    kind,
    rate.intervalMs,
    rate.burst,
  ]);
}

/** Stops a portal's calls of this kind for a while, with the reason. A longer stop stands. */
export async function parkCalls(
  db: Queryable,
  portal: string,
  kind: string,
  stop: { readonly forMs: number; readonly reason: string },
): Promise<void> {
  await db.query(
    `update call_budgets set parked_reason = $4,
       parked_until = greatest(parked_until, clock_timestamp() + $3 * interval '1 millisecond')
     where portal_id = $1 and kind = $2`,
    [portal, kind, stop.forMs, stop.reason],
  );
}

export type BudgetLeft = {
  readonly perTenSeconds: number;
  readonly ready: number;
  readonly parkedUntil: string | null;
};

/** The portal's general allowance: calls it makes in ten seconds at most, those it could make at once, and any stop. */
export async function budgetLeft(db: Queryable, portal: string): Promise<BudgetLeft | undefined> {
  const [row] = await db.query<BudgetLeft>(
    `select floor(10000 / interval_ms + burst)::float8 as "perTenSeconds",
       least(burst, greatest(0, floor(extract(epoch from clock_timestamp() - next_at) * 1000 / interval_ms) + 1))::float8 as ready,
       case when parked_until > clock_timestamp() then parked_until::text end as "parkedUntil"
     from call_budgets where portal_id = $1 and kind = 'call'`,
    [portal],
  );
  return row;
}
