import { callAllowance } from "../src/call-stops.ts";
import { listPortals } from "../src/store/portals.ts";
import { countPropertyFaults } from "../src/store/property-faults.ts";
import type { WorkContext } from "./work-context.ts";

/** Measures for the metrics how many portals' calls are stopped, and how many properties of scores someone changed. */
export async function measureStops(work: WorkContext): Promise<void> {
  const stopped = { breaker: 0, parked: 0, day: 0, reserve: 0 };
  for (const { portal } of await listPortals(work.db)) {
    const { stop } = await callAllowance(work.db, work.clock, portal);
    if (stop) stopped[stop.by] += 1;
  }
  for (const [by, portals] of Object.entries(stopped)) work.metrics.stoppedPortals.set({ by }, portals);
  const { parked, going } = await countPropertyFaults(work.db);
  work.metrics.changedProperties.set({ writes: "parked" }, parked);
  work.metrics.changedProperties.set({ writes: "going on" }, going);
}
