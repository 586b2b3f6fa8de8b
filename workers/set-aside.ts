import type { RiskyStage } from "../src/store/work-in-hand.ts";
import type { WorkContext } from "./work-context.ts";

/** Tells of rows that were set aside, since one process after the other died while working on them. */
export function noteSetAside(work: WorkContext, portal: string, stage: RiskyStage, rows: number): void {
  work.metrics.setAside.inc({ stage }, rows);
  work.log.error({ portal, stage, rows }, "set aside: processes kept dying while they worked on it");
}
