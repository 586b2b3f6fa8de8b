import type { Queryable } from "./database.ts";

/** What waits in one portal's tables. */
export type OpenWork = {
  readonly portal: string;
  readonly inbox: boolean;
  readonly reads: boolean;
  readonly marks: boolean;
  readonly writes: boolean;
  readonly runs: boolean;
  readonly overdue: boolean;
  readonly lists: boolean;
};

/** Every active portal's open work at `at` (ms): the truth from which lost jobs are made again. */
export async function openWork(db: Queryable, at: number): Promise<OpenWork[]> {
  return db.query<OpenWork>(
    `select p.portal_id as portal,
       exists (select 1 from inbox i where i.portal_id = p.portal_id and i.state = 'new')
         or exists (select 1 from waiting_events e where e.portal_id = p.portal_id and e.is_new) as inbox,
       exists (select 1 from pending_reads r where r.portal_id = p.portal_id and r.due_at <= clock_timestamp()) as reads,
       exists (select 1 from dirty_marks d where d.portal_id = p.portal_id and d.due_at <= clock_timestamp()) as marks,
       exists (select 1 from pending_writes w where w.portal_id = p.portal_id and w.pending and w.due_at <= clock_timestamp()) as writes,
       exists (select 1 from backfill_runs b where b.portal_id = p.portal_id and b.state in ('reading', 'scoring')) as runs,
       exists (select 1 from scores c join record_scores s on s.portal_id = p.portal_id and s.score_id = c.score_id
         where c.portal_id = p.portal_id and c.status = 'on' and s.valid_until <= $1) as overdue,
       exists (select 1 from lists l where l.portal_id = p.portal_id and l.reread_at <= clock_timestamp()) as lists
     from portals p where p.status = 'active'`,
    [at],
  );
}

/** How many records of the portal are set aside, since processes died while scoring them. */
export async function countSetAside(db: Queryable, portal: string): Promise<number> {
  const [row] = await db.query<{ records: number }>(
    "select count(*)::float8 as records from dirty_marks where portal_id = $1 and due_at = 'infinity'",
    [portal],
  );
  return row?.records ?? 0;
}

export type Backlog = {
  readonly inbox: number;
  readonly reads: number;
  readonly marks: number;
  readonly writes: number;
};

/** How much waits in one portal, due or not; what was set aside does not. */
export async function countBacklog(db: Queryable, portal: string): Promise<Backlog> {
  const [row] = await db.query<Backlog>(
    `select ((select count(*) from inbox where portal_id = $1 and state = 'new')
         + (select count(*) from waiting_events where portal_id = $1 and is_new))::float8 as inbox,
       (select count(*) from pending_reads where portal_id = $1)::float8 as reads,
       (select count(*) from dirty_marks where portal_id = $1 and due_at < 'infinity')::float8 as marks,
       (select count(*) from pending_writes where portal_id = $1 and pending)::float8 as writes`,
    [portal],
  );
  return row ?? { inbox: 0, reads: 0, marks: 0, writes: 0 };
}
