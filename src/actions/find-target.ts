import { featureOf } from "../hubspot/features.ts";
import { COMPLETION_PATH } from "../hubspot/workflow-callbacks.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import type { LiveScore, ScoreCatalogue } from "../scores/score-catalogue.ts";
import { definitionOf } from "../scores/score-life.ts";
import type { ScoreDefinition } from "../scoring/definition.ts";
import type { Queryable } from "../store/database.ts";
import { forgottenAmong } from "../store/forgetting.ts";
import { mergedInto } from "../store/merging.ts";
import { wantReads } from "../store/pending-reads.ts";
import { readRecordState } from "../store/record-state.ts";
import { listScores } from "../store/scores.ts";
import { ActionFailure } from "./action-failure.ts";

/** A record's score as a workflow names it: the score by its id. */
export type NamedScore = { readonly object: string; readonly id: string; readonly score: string };

/** A score to act on; `inForce` once its first version has been read. */
export type FoundScore = {
  readonly scoreId: number;
  readonly definition: ScoreDefinition;
  readonly inForce: LiveScore | undefined;
  readonly needs: PortalNeeds;
};

/** How far a record is known. */
type Readiness = {
  /** Whether its value must wait for what is still to be read or scored. */
  readonly isLate: boolean;
  /** Whether nothing has been read of it yet; HubSpot is being asked. */
  readonly isUnread: boolean;
};

/** A record's score to act on. */
export type Target = FoundScore & Readiness & { readonly object: string; readonly id: string };

/** What is older than this and waits to be taken in or scored would be missing in an answer given at once. */
const LONGEST_BACKLOG_S = 15;

/**
 * Returns the score that a workflow names, for a record of this type.
 * @throws ActionFailure where there is none, it is off, or it scores other records.
 */
export async function findScoreInForce(
  db: Queryable,
  catalogue: ScoreCatalogue,
  portal: string,
  named: Pick<NamedScore, "object" | "score">,
): Promise<FoundScore> {
  const score = (await listScores(db, portal)).find((one) => String(one.scoreId) === named.score);
  if (!score) throw new ActionFailure("UNKNOWN_SCORE", "there is no such score");
  const { scoreId, name, object } = score;
  if (score.status !== "on") throw new ActionFailure("SCORE_OFF", `"${name}" is not on`);
  if (object !== named.object)
    throw new ActionFailure("WRONG_OBJECT", `"${name}" scores ${object} records, not ${named.object}`);
  const { live, needs } = await catalogue.load(db, portal);
  const inForce = live.find((one) => one.scoreId === scoreId);
  const definition =
    inForce?.definition ?? (await definitionOf(db, portal, score, score.nextVersion ?? undefined));
  return { scoreId, definition, inForce, needs };
}

/** The failure of a record of this type that HubSpot holds no longer, or never did. */
export function recordNotFound(object: string): ActionFailure {
  return new ActionFailure(
    "RECORD_NOT_FOUND",
    `this ${object} is not in HubSpot, or no longer: it may have been deleted`,
  );
}

/**
 * How far a record is known. One that nothing was heard of yet, as its creation may be told later than a workflow takes
 * it up, is asked for. @throws ActionFailure for a record that is deleted or erased.
 */
async function readinessOf(
  tx: Queryable,
  portal: string,
  record: Pick<Target, "object" | "id" | "inForce">,
): Promise<Readiness> {
  const { object, id } = record;
  const feature = featureOf({ method: "POST", path: COMPLETION_PATH }) ?? "";
  const state = await readRecordState(tx, portal, { object, id, feature });
  const canWait = !state.isFeatureOff;
  const isUnread = !state.isKnown;
  const isErased = isUnread && (await forgottenAmong(tx, portal, object, [id])).size > 0;
  const isDeleted = state.isKnown && !state.isHere && !(state.isBeingRead && canWait);
  if (isErased || isDeleted) throw recordNotFound(object);
  if (isUnread) await wantReads(tx, portal, object, [id]);
  const isUnsettled =
    isUnread || state.isBeingRead || record.inForce === undefined || state.backlogSeconds > LONGEST_BACKLOG_S;
  return { isUnread, isLate: isUnsettled && canWait };
}

/**
 * Returns the record's score that a workflow names; of a merged record, that of the one it became.
 * @throws ActionFailure where score or record cannot be acted on.
 */
export async function findTarget(
  db: Queryable,
  catalogue: ScoreCatalogue,
  portal: string,
  named: NamedScore,
): Promise<Target> {
  const found = await findScoreInForce(db, catalogue, portal, named);
  const { object } = named;
  const id = (await mergedInto(db, portal, object, [named.id])).get(named.id) ?? named.id;
  const readiness = await readinessOf(db, portal, { object, id, inForce: found.inForce });
  return { ...found, ...readiness, object, id };
}
