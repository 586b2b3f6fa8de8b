import { adjustmentsInForce } from "../scoring/adjustments.ts";
import { parseDefinition, type ScoreDefinition } from "../scoring/definition.ts";
import { compileScore } from "../scoring/evaluate.ts";
import type { Explanation } from "../scoring/evaluation.ts";
import type { Queryable } from "../store/database.ts";
import { type GivenPoints, loadInterventions } from "../store/interventions.ts";
import { findPortal } from "../store/portals.ts";
import { findVersion } from "../store/score-versions.ts";
import { findScore, publishedScores, type StoredScore } from "../store/scores.ts";
import { needsOf } from "./portal-needs.ts";
import { type SeenValues, seenValues } from "./seen-values.ts";
import { loadSnapshots } from "./snapshots.ts";

/** Which definition of a score to test (the draft, or the one in force, or that of an off score's last version), and on which record. */
export type RecordTest = {
  readonly name: string;
  readonly object: string;
  readonly id: string;
  readonly isDraft: boolean;
};

/** An explanation, the given points in force, and what the record shows for every rule that matched nothing. */
export type TestedRecord = Explanation & {
  readonly adjustments: readonly GivenPoints[];
  readonly missed: readonly SeenValues[];
};

/** What cannot be tested, and the cure. */
export class RecordTestError extends Error {
  override name = "RecordTestError";
}

/** The definition in force, or that of an off score's last version. */
async function publishedDefinition(
  db: Queryable,
  portal: string,
  { scoreId, name, liveVersion }: StoredScore,
): Promise<ScoreDefinition | undefined> {
  const live = (await publishedScores(db, portal)).find((one) => one.scoreId === scoreId && one.isLive);
  if (live) return live.definition;
  if (liveVersion === null) return undefined;
  const last = parseDefinition(await findVersion(db, portal, scoreId, liveVersion));
  return last.ok ? { ...last.definition, name } : undefined;
}

async function definitionOf(
  db: Queryable,
  portal: string,
  test: RecordTest,
): Promise<{ scoreId: number; definition: ScoreDefinition }> {
  const score = await findScore(db, portal, test.name);
  if (!score) throw new RecordTestError(`there is no score named "${test.name}"`);
  const { scoreId } = score;
  const published = test.isDraft ? undefined : await publishedDefinition(db, portal, score);
  if (published) return { scoreId, definition: published };
  const draft = score.draft === null ? undefined : parseDefinition(score.draft);
  if (draft?.ok) return { scoreId, definition: draft.definition };
  throw new RecordTestError(`"${score.name}" has no ${test.isDraft ? "draft" : "live version and no draft"}`);
}

/**
 * How a score's definition (live, or the draft) values one stored record at `at` (ms), rule by rule.
 * @throws RecordTestError for an unknown score or record, or a record of another type.
 */
export async function testRecord(
  db: Queryable,
  portal: string,
  test: RecordTest,
  at: number,
): Promise<TestedRecord> {
  const { scoreId, definition } = await definitionOf(db, portal, test);
  const { object, id } = test;
  if (definition.object !== object)
    throw new RecordTestError(`"${definition.name}" scores ${definition.object} records, not ${object}`);
  const needs = needsOf([
    ...(await publishedScores(db, portal)).map((score) => score.definition),
    definition,
  ]);
  const snapshot = (await loadSnapshots(db, portal, { object, ids: [id] }, needs)).get(id);
  if (!snapshot)
    throw new RecordTestError(`there is no ${object} ${id} here: has it been read from HubSpot?`);
  const timeZone = (await findPortal(db, portal))?.timeZone ?? "UTC";
  const given = (await loadInterventions(db, portal, [scoreId], [id]))(scoreId, id);
  const explanation = compileScore(definition, { timeZone }).explain({ ...snapshot, ...given }, at);
  const adjustments = explanation.inScope ? adjustmentsInForce(definition.type, given, at) : [];
  return { ...explanation, adjustments, missed: seenValues(definition, snapshot, explanation) };
}
