import { goneLists } from "../scores/gone-lists.ts";
import { budgetLeft } from "../store/call-budgets.ts";
import type { Queryable } from "../store/database.ts";
import { findTroubles } from "../store/inspection.ts";
import { latestDeliveryAt } from "../store/latest-delivery.ts";
import type { Portal } from "../store/portals.ts";
import { latestRuns, type RunLine } from "../store/run-control.ts";
import { listScores, type StoredScore } from "../store/scores.ts";
import type { SettingsAnswer } from "./settings-answer.ts";

const RUNS = 20;
const TELLING = ["reading", "scoring", "paused", "failed"] as const;

/** The newest run of each object type, where it is under way or went wrong. */
function tellingRuns(newestFirst: readonly RunLine[]): SettingsAnswer["backfills"] {
  const seen = new Set<string>();
  return newestFirst.flatMap(({ object, state, step, steps, done, total }) => {
    const told = TELLING.find((one) => one === state);
    if (seen.has(object)) return [];
    seen.add(object);
    return told ? [{ object, state: told, step, steps, done, total }] : [];
  });
}

function healthOf(score: StoredScore, gone: ReadonlyMap<number, string[]>): SettingsAnswer["scores"][number] {
  return {
    score: String(score.scoreId),
    name: score.name,
    object: score.object,
    status: score.status,
    version: score.nextVersion ?? score.liveVersion,
    hasDraft: score.draft !== null,
    isPublishing: score.nextVersion !== null,
    goneLists: gone.get(score.scoreId) ?? [],
  };
}

/** The settings page's data for a connected portal; `consoleUrl` is where its console is. */
export async function readSettings(
  db: Queryable,
  { portal: id, timeZone, status }: Portal,
  consoleUrl: string,
): Promise<SettingsAnswer> {
  const [scores, gone, runs, troubles, budget, heardAt] = await Promise.all([
    listScores(db, id),
    goneLists(db, id),
    latestRuns(db, id, RUNS),
    findTroubles(db, id),
    budgetLeft(db, id),
    latestDeliveryAt(db, id),
  ]);
  const { refusedWrites, failedScorings, failedDeliveries } = troubles;
  return {
    portal: { id, timeZone, status },
    consoleUrl,
    heardAt,
    callsStopped: typeof budget?.parkedUntil === "string",
    troubles: { refusedWrites, failedScorings, failedDeliveries },
    backfills: tellingRuns(runs),
    scores: scores.map((score) => healthOf(score, gone)),
  };
}
