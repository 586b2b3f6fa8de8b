import type { Adjustment } from "../scoring/record.ts";
import type { Queryable } from "./database.ts";

/** Points given by hand or by a workflow, and why. */
export type GivenPoints = Adjustment & { readonly id: string; readonly reason: string };

/** What people and workflows did to a record's score: resets (ms, oldest first) and points given. */
export type Interventions = {
  readonly resets: readonly number[];
  readonly adjustments: readonly GivenPoints[];
};

/** Gives the interventions in one record's score. */
export type InterventionsOf = (scoreId: number, recordId: string) => Interventions;

type Row = {
  readonly key: string;
  readonly id: string | null;
  readonly side: Adjustment["side"];
  readonly points: number;
  readonly from: number;
  readonly until: number | null;
  readonly reason: string;
};

const NONE: Interventions = { resets: [], adjustments: [] };

function gather(rows: readonly Row[]): Interventions {
  return {
    resets: rows.filter((row) => row.id === null).map((row) => row.from),
    adjustments: rows.flatMap(({ id, side, points, from, until, reason }) =>
      id === null ? [] : [{ id, side, points, from, until, reason }],
    ),
  };
}

/** The resets of these records' scores and the points given to them. */
export async function loadInterventions(
  db: Queryable,
  portal: string,
  scores: readonly number[],
  records: readonly string[],
): Promise<InterventionsOf> {
  const rows = await db.query<Row>(
    `select score_id || ' ' || record_id as key, null as id, null as side, null::float8 as points,
       at::float8 as "from", null::float8 as until, null as reason
     from resets where portal_id = $1 and score_id = any($2) and record_id = any($3)
     union all
     select score_id || ' ' || record_id, adjustment_id::text, side, points, from_at::float8, until_at::float8, reason
     from adjustments where portal_id = $1 and score_id = any($2) and record_id = any($3)
     order by "from", id`,
    [portal, scores, records],
  );
  const byKey = Map.groupBy(rows, (row) => row.key);
  const known = new Map([...byKey].map(([key, own]) => [key, gather(own)]));
  return (scoreId, recordId) => known.get(`${scoreId} ${recordId}`) ?? NONE;
}
