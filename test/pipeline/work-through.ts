import { openRuns } from "../../src/store/backfill-runs.ts";
import type { Database } from "../../src/store/database.ts";
import { countBacklog, openWork } from "../../src/store/open-work.ts";
import { backfill } from "../../workers/backfill/backfill.ts";
import { due } from "../../workers/due.ts";
import { ingest } from "../../workers/ingest.ts";
import { readPending } from "../../workers/read/read-records.ts";
import { score } from "../../workers/score.ts";
import type { WorkContext } from "../../workers/work-context.ts";
import { write } from "../../workers/write.ts";

const ROUNDS = 60;
const ROUND_MS = 1_000;

const INSTANTS = {
  dirty_marks: ["due_at"],
  pending_reads: ["due_at"],
  pending_writes: ["due_at", "pending_since", "leased_until", "window_started"],
} as const;

/** Lets this much time (ms) pass for whatever waits in a portal's tables, at once. */
export async function passTime(db: Database, portal: string, ms: number): Promise<void> {
  for (const [table, columns] of Object.entries(INSTANTS)) {
    const changes = columns.map((column) => `${column} = ${column} - $2 * interval '1 millisecond'`);
    await db.query(`update ${table} set ${changes.join(", ")} where portal_id = $1`, [portal, ms]);
  }
}

async function isQuiet(work: WorkContext, portal: string): Promise<boolean> {
  const { inbox, reads, marks, writes } = await countBacklog(work.db, portal);
  if (inbox + reads + marks + writes > 0) return false;
  if ((await openRuns(work.db, portal)).length > 0) return false;
  const open = await openWork(work.db, work.clock.now());
  return !open.some((one) => one.portal === portal && one.overdue);
}

/** Runs every stage of the pipeline once, in order. */
export async function runStages(work: WorkContext, portal: string): Promise<void> {
  for (const stage of [backfill, ingest, readPending, due, score, write]) await stage(work, portal);
}

/** Runs the stages, time passing between the rounds, until nothing is left to do; throws when that never comes. */
export async function drain(work: WorkContext, portal: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await runStages(work, portal);
    if (await isQuiet(work, portal)) return;
    await passTime(work.db, portal, ROUND_MS);
  }
  throw new Error(
    `work is left after ${ROUNDS} rounds: ${JSON.stringify(await countBacklog(work.db, portal))}`,
  );
}
