import type { BackendQueue } from "./backend.ts";

/** The name and id of a job that is never due: while it is there, so are the others. */
export const MARK = "mark";

const YEARS_MS = 5 * 365 * 24 * 3_600_000;

/** Puts the mark among the jobs, and tells whether it was missing. */
export async function leaveMark(queue: BackendQueue): Promise<boolean> {
  if (await queue.getJob(MARK)) return false;
  await queue.add(MARK, {}, { jobId: MARK, delay: YEARS_MS, removeOnComplete: true });
  return true;
}
