import { markOverdue } from "../src/store/record-scores.ts";
import type { WorkContext } from "./work-context.ts";

const CHUNK = 2_000;

/** Marks the records whose values time has made invalid: decay steps, timeframes, calendar units. */
export async function due(work: WorkContext, portal: string): Promise<void> {
  for (;;) {
    const at = work.clock.now();
    const marked = await work.db.transaction((tx) => markOverdue(tx, portal, at, CHUNK));
    if (marked === 0) return;
    await work.queue.enqueue("score", { portal });
  }
}
