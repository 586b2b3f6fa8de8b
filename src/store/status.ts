import type { Queryable } from "./database.ts";

export type LabelCount = {
  readonly score: string;
  readonly object: string;
  readonly label: string | null;
  readonly records: number;
};

/** How many records each score that is on gave each label; null counts values without one. */
export async function countLabels(db: Queryable, portal: string): Promise<LabelCount[]> {
  return db.query<LabelCount>(
    `select s.name as score, s.object, r.threshold as label, count(*)::float8 as records
     from record_scores r join scores s on s.portal_id = r.portal_id and s.score_id = r.score_id
     where r.portal_id = $1 and s.status = 'on' and r.value is not null
     group by s.score_id, s.name, s.object, r.threshold order by s.name, max(r.value) desc`,
    [portal],
  );
}

export type ScoreChange = {
  readonly at: number;
  readonly score: string;
  readonly object: string;
  readonly id: string;
  readonly value: number | null;
  readonly label: string | null;
  readonly before: number | null;
};

/** The latest changes of values, newest first, each with the value before. */
export async function latestChanges(db: Queryable, portal: string, limit: number): Promise<ScoreChange[]> {
  return db.query<ScoreChange>(
    `select h.at::float8 as at, s.name as score, s.object, h.record_id as id, h.value, h.threshold as label,
       (select p.value from score_history p where p.portal_id = $1 and p.score_id = h.score_id and p.record_id = h.record_id
        and p.seq < h.seq order by p.seq desc limit 1) as before
     from (select * from score_history where portal_id = $1 order by seq desc limit $2) h
     join scores s on s.portal_id = $1 and s.score_id = h.score_id order by h.seq desc, h.record_id`,
    [portal, limit],
  );
}

export type Intake = { readonly deliveries: number; readonly notifications: number; readonly failed: number };

/** How many deliveries and notifications are kept, and how many deliveries hold something unusable. */
export async function countIntake(db: Queryable, portal: string): Promise<Intake> {
  const [row] = await db.query<Intake>(
    `select count(*)::float8 as deliveries, coalesce(sum(event_count), 0)::float8 as notifications,
       count(*) filter (where state = 'failed')::float8 as failed from inbox where portal_id = $1`,
    [portal],
  );
  return row ?? { deliveries: 0, notifications: 0, failed: 0 };
}
