import { type BackfillProgress, readBackfills } from "../scores/backfill-progress.ts";
import { goneLists } from "../scores/gone-lists.ts";
import { type OffFeature, offFeatures } from "../scores/off-features.ts";
import { budgetLeft } from "../store/call-budgets.ts";
import type { Queryable } from "../store/database.ts";
import { findTroubles } from "../store/inspection.ts";
import { readConnection } from "../store/portal-connection.ts";
import { listFeatures } from "../store/portal-features.ts";
import type { Portal } from "../store/portals.ts";
import { listScores, type StoredScore } from "../store/scores.ts";
import type { SettingsAnswer } from "./settings-answer.ts";

const TELLING = ["reading", "scoring", "paused", "failed"] as const;

/** The newest back-fill of each object type, where it is under way or went wrong. */
function tellingRuns(newestFirst: readonly BackfillProgress[]): SettingsAnswer["backfills"] {
  const seen = new Set<string>();
  return newestFirst.flatMap(({ object, state, step, done, total }) => {
    const told = TELLING.find((one) => one === state);
    if (seen.has(object)) return [];
    seen.add(object);
    return told
      ? [{ object, state: told, doing: step.doing, step: step.number, steps: step.of, done, total }]
      : [];
  });
}

/** What keeps scores from being right, by score id. */
type Lacks = {
  readonly gone: ReadonlyMap<number, string[]>;
  readonly refused: ReadonlyMap<number, OffFeature[]>;
};

function healthOf(score: StoredScore, { gone, refused }: Lacks): SettingsAnswer["scores"][number] {
  return {
    score: String(score.scoreId),
    name: score.name,
    object: score.object,
    status: score.status,
    version: score.nextVersion ?? score.liveVersion,
    hasDraft: score.draft !== null,
    isPublishing: score.nextVersion !== null,
    goneLists: gone.get(score.scoreId) ?? [],
    refused: refused.get(score.scoreId) ?? [],
  };
}

/** The settings page's data for a connected portal; `consoleUrl` is where its console is. */
export async function readSettings(
  db: Queryable,
  { portal: id, timeZone, status }: Portal,
  consoleUrl: string,
): Promise<SettingsAnswer> {
  const scores = await listScores(db, id);
  const [gone, refused, features, runs, troubles, budget, connection] = await Promise.all([
    goneLists(db, id),
    offFeatures(db, id, scores),
    listFeatures(db, id),
    readBackfills(db, id),
    findTroubles(db, id),
    budgetLeft(db, id),
    readConnection(db, id),
  ]);
  const { refusedWrites, failedScorings, failedDeliveries } = troubles;
  const { heardAt, ...state } = connection;
  return {
    portal: { id, timeZone, status, ...state },
    consoleUrl,
    heardAt,
    callsStopped: typeof budget?.parkedUntil === "string",
    capabilities: features.map(({ feature, isOff, reason }) => ({ feature, isThere: !isOff, reason })),
    troubles: { refusedWrites, failedScorings, failedDeliveries },
    backfills: tellingRuns(runs),
    scores: scores.map((score) => healthOf(score, { gone, refused })),
  };
}
