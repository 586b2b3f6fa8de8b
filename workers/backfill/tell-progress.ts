import {
  type BackfillProgress,
  progressText,
  takeUntoldBackfills,
} from "../../src/scores/backfill-progress.ts";
import type { WorkContext } from "../work-context.ts";

const EVERY_MS = 10_000;

function lineOf(progress: BackfillProgress): string {
  const { state, ratePerSecond, etaMs } = progress;
  const text = progressText(progress);
  if (progress.finishedAt !== null) return `back-fill ${state}: ${text}`;
  const left = etaMs === null ? "" : `, ${Math.ceil(etaMs / 1_000)} s left`;
  return `back-fill: ${text}, ${ratePerSecond}/s${left}`;
}

/** Logs how far the portal's back-fills have come: each at most every 10 s by all processes together, and at its end. */
export async function tellProgress({ db, log }: WorkContext, portal: string): Promise<void> {
  for (const progress of await takeUntoldBackfills(db, portal, EVERY_MS)) {
    const { run, object, state, done, total, ratePerSecond, etaMs } = progress;
    log.info({ portal, run, object, state, done, total, ratePerSecond, etaMs }, lineOf(progress));
  }
}
