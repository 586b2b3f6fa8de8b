import { adjustmentsInForce } from "../scoring/adjustments.ts";
import { type GivenAdjustment, listAdjustments } from "../store/adjustments.ts";
import type { Queryable } from "../store/database.ts";
import { loadInterventions } from "../store/interventions.ts";
import { ScoreError } from "./score-error.ts";
import { definitionOf, requireScore } from "./score-life.ts";

/** An adjustment, and whether it counts now: it neither ended nor was reset. */
export type ListedAdjustment = GivenAdjustment & { readonly inForce: boolean };

/**
 * All points ever given to a record under the score of this name, the latest first, as of `at` (ms).
 * @throws ScoreError for an unknown score, or a record of another type.
 */
export async function givenAdjustments(
  db: Queryable,
  portal: string,
  of: { readonly name: string; readonly object: string; readonly id: string },
  at: number,
): Promise<ListedAdjustment[]> {
  const score = await requireScore(db, portal, of.name);
  if (score.object !== of.object)
    throw new ScoreError(`"${score.name}" scores ${score.object} records, not ${of.object}`);
  const { scoreId } = score;
  const { type } = await definitionOf(db, portal, score, score.liveVersion ?? undefined);
  const given = (await loadInterventions(db, portal, [scoreId], [of.id]))(scoreId, of.id);
  const counting = new Set(adjustmentsInForce(type, given, at).map(({ id }) => id));
  const listed = await listAdjustments(db, portal, { scoreId, recordId: of.id });
  return listed.map((one) => ({ ...one, inForce: counting.has(one.id) }));
}
