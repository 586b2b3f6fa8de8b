import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../src/context.ts";
import { openRuns } from "../src/store/backfill-runs.ts";
import { polledSince } from "../src/store/cursors.ts";
import { countBacklog, openWork } from "../src/store/open-work.ts";
import { markComputedAfter } from "../src/store/record-scores.ts";
import type { EmulatedPortal } from "./emulated-portal.ts";

const LOOK_MS = 100;

/** Looks again and again until the state holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(LOOK_MS);
}

async function isQuiet(context: Context, portal: string): Promise<boolean> {
  const { inbox, reads, marks, writes } = await countBacklog(context.db, portal);
  if (inbox + reads + marks + writes > 0) return false;
  if ((await openRuns(context.db, portal)).length > 0) return false;
  const open = await openWork(context.db, context.clock.now());
  return !open.some((work) => work.portal === portal && work.overdue);
}

/** Returns once inbox, pending reads, dirty marks and pending writes are empty and nothing is overdue. */
export function untilQuiet(context: Context, portal: string): Promise<void> {
  return until(() => isQuiet(context, portal));
}

/** Returns once the portal has delivered every notification. */
export function untilDelivered(emulated: EmulatedPortal): Promise<void> {
  return until(async () => {
    const { notificationsPending, inFlight } = await emulated.state();
    return notificationsPending + inFlight === 0;
  });
}

/** Returns once every polled source was looked at after now. */
export async function untilPolled(context: Context, portal: string): Promise<void> {
  const since = context.clock.now();
  await until(async () => {
    await context.queue.enqueue("poll", { portal });
    return polledSince(context.db, portal, since);
  });
}

/** Stops the portal's clock at an instant at which every value is right, and returns it (ISO). */
export async function stopAtRest(
  context: Context,
  portal: string,
  emulated: EmulatedPortal,
): Promise<string> {
  await untilQuiet(context, portal);
  const stoppedAt = await emulated.stopClock();
  await until(async () => !context.clock.isRunning());
  // The service's own reading of the clock may have run a moment past the instant.
  await markComputedAfter(context.db, portal, Date.parse(stoppedAt));
  await context.queue.enqueue("score", { portal });
  await untilQuiet(context, portal);
  return stoppedAt;
}
