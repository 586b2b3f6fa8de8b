import { countWaitingMarks } from "../src/store/dirty-marks.ts";
import { markOverdue } from "../src/store/record-scores.ts";
import type { WorkContext } from "./work-context.ts";

/** Many at a time: neighbours in the tables are then scored together. */
const CHUNK = 10_000;
/** While more marks wait than this, time adds none: what is due stays due, and nothing is passed over twice too often. */
const MOST_MARKS = 20_000;

/** Marks the records whose values time has made invalid: decay steps, timeframes, calendar units. */
export async function due(work: WorkContext, portal: string): Promise<void> {
  for (let room = MOST_MARKS - (await countWaitingMarks(work.db, portal, MOST_MARKS)); room > 0; ) {
    const at = work.clock.now();
    const marked = await markOverdue(work.db, portal, at, Math.min(CHUNK, room));
    if (marked === 0) return;
    room -= marked;
    await work.queue.enqueue("score", { portal });
  }
}
