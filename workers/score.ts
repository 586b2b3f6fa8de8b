import { scoreMarkedRecords } from "../src/scores/score-records.ts";
import { nextDirtyIn } from "../src/store/dirty-marks.ts";
import { noteSetAside } from "./set-aside.ts";
import type { WorkContext } from "./work-context.ts";

const CHUNK = 500;

/** Scores the portal's marked records until no mark is due; one due later gets a job of its own. */
export async function score(work: WorkContext, portal: string): Promise<void> {
  const onSetAside = (records: number) => noteSetAside(work, portal, "score", records);
  const deps = { db: work.db, catalogue: work.catalogue, now: () => work.clock.now(), onSetAside };
  let hasScored = false;
  for (;;) {
    const startedAt = performance.now();
    const { records, failed } = await scoreMarkedRecords(deps, portal, CHUNK);
    if (records === 0) break;
    work.metrics.recomputeSeconds.observe((performance.now() - startedAt) / 1000);
    work.metrics.scored.inc({ result: "done" }, records - failed);
    work.metrics.scored.inc({ result: "failed" }, failed);
    if (!hasScored) await work.queue.enqueue("write", { portal });
    hasScored = true;
  }
  if (hasScored) await work.queue.enqueue("write", { portal });
  const delayMs = await nextDirtyIn(work.db, portal);
  if (delayMs !== undefined)
    await work.queue.enqueue("score", { portal }, { delayMs: Math.max(20, delayMs) });
}
