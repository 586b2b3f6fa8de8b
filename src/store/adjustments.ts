import type { Adjustment } from "../scoring/record.ts";
import type { Queryable } from "./database.ts";

/** Points for one side of a record's score, with who gives them and why. */
export type NewAdjustment = Adjustment & { readonly reason: string; readonly by: string };

/** An adjustment as it was given; instants in ms. */
export type GivenAdjustment = NewAdjustment & { readonly id: string; readonly givenAt: number };

/** Gives points to a record's score. Returns the adjustment's id. */
export async function addAdjustment(
  tx: Queryable,
  portal: string,
  to: { readonly scoreId: number; readonly recordId: string },
  given: NewAdjustment,
): Promise<string> {
  const { side, points, from, until, reason, by } = given;
  const [row] = await tx.query<{ id: string }>(
    `insert into adjustments (portal_id, score_id, record_id, side, points, from_at, until_at, reason, given_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning adjustment_id::text as id`,
    [portal, to.scoreId, to.recordId, side, points, from, until, reason, by],
  );
  if (!row) throw new Error("an adjustment given returned no id");
  return row.id;
}

/** All points ever given to a record's score, the latest first. */
export async function listAdjustments(
  db: Queryable,
  portal: string,
  of: { readonly scoreId: number; readonly recordId: string },
): Promise<GivenAdjustment[]> {
  return db.query<GivenAdjustment>(
    `select adjustment_id::text as id, side, points, from_at::float8 as "from", until_at::float8 as until, reason,
       given_by as by, (extract(epoch from given_at) * 1000)::float8 as "givenAt"
     from adjustments where portal_id = $1 and score_id = $2 and record_id = $3 order by adjustment_id desc`,
    [portal, of.scoreId, of.recordId],
  );
}
