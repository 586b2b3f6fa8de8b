import type { Queryable } from "../src/store/database.ts";
import { findTroubles } from "../src/store/inspection.ts";
import { countBacklog } from "../src/store/open-work.ts";
import type { Portal } from "../src/store/portals.ts";
import { type Finding, fault, ok, warning } from "./doctor-finding.ts";

const LONG_WAIT_S = 60;

/** Checks which portals are known and at work. */
export function checkPortals(portals: readonly Portal[]): readonly Finding[] {
  if (portals.length === 0)
    return [
      warning("portals", "none is connected yet", "start the service once: `npm start` adds the account"),
    ];
  return portals.map(({ portal, status, timeZone }) => {
    if (status === "active") return ok("portals", `portal ${portal} is active, time zone ${timeZone}`);
    return warning(
      "portals",
      `portal ${portal} is ${status}: nothing is scored`,
      "resume or connect it again",
    );
  });
}

/** Checks what waits in the portal, and whether it moves. */
export async function checkBacklog(db: Queryable, portal: string): Promise<Finding> {
  const { inbox, reads, marks, writes } = await countBacklog(db, portal);
  const { inboxSeconds, markSeconds } = await findTroubles(db, portal);
  const text = `portal ${portal}: ${inbox} deliveries, ${reads} reads, ${marks} records to score, ${writes} writes wait`;
  const longest = Math.max(inboxSeconds ?? 0, markSeconds ?? 0);
  if (longest <= LONG_WAIT_S) return ok("backlog", text);
  return warning(
    "backlog",
    `${text}, the oldest for ${Math.round(longest)} s`,
    "see that a worker runs: `npm start`",
  );
}

/** Checks what could not be done in the portal: deliveries, scorings and writes. */
export async function checkFailures(db: Queryable, portal: string): Promise<readonly Finding[]> {
  const { failedDeliveries, failedScorings, refusedWrites } = await findTroubles(db, portal);
  const found: Finding[] = [];
  if (failedDeliveries > 0)
    found.push(
      warning(
        "failures",
        `portal ${portal}: ${failedDeliveries} deliveries hold events that could not be used`,
        "`scorekeeper webhook list --failed` and `webhook show ID` tell which",
      ),
    );
  if (failedScorings > 0)
    found.push(
      fault(
        "failures",
        `portal ${portal}: ${failedScorings} records could not be scored`,
        "look at the worker's log",
      ),
    );
  if (refusedWrites > 0)
    found.push(
      warning(
        "failures",
        `portal ${portal}: HubSpot refuses the values of ${refusedWrites} records`,
        "look at the worker's log; they are written again when their values change",
      ),
    );
  return found.length > 0 ? found : [ok("failures", `portal ${portal}: none`)];
}
