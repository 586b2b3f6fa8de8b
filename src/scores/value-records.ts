import type { Explanation } from "../scoring/evaluation.ts";
import type { Queryable } from "../store/database.ts";
import { type Interventions, loadInterventions } from "../store/interventions.ts";
import { loadShownLabels, shownLabelKey } from "../store/shown-labels.ts";
import { type LabelState, settleLabel } from "./hysteresis.ts";
import type { PortalNeeds } from "./portal-needs.ts";
import { reasonsOf, type ValueReason } from "./reasons.ts";
import type { LiveScore } from "./score-catalogue.ts";
import { loadSnapshots, type Snapshot } from "./snapshots.ts";

/** All that a score's value for one record follows from. */
export type RecordFacts = {
  readonly snapshot: Snapshot;
  readonly given: Interventions;
  readonly shown: LabelState | undefined;
};

/** What a score gives a record now: its value with the label as it is shown, and why. */
export type RecordValue = Pick<Explanation, "inScope" | "value"> & {
  readonly label: string | null;
  readonly reasons: readonly ValueReason[];
};

/** The facts of the present ones among these records, by id. */
export async function loadRecordFacts(
  db: Queryable,
  portal: string,
  of: { readonly score: LiveScore; readonly needs: PortalNeeds; readonly ids: readonly string[] },
): Promise<Map<string, RecordFacts>> {
  const { score, needs, ids } = of;
  const { scoreId, object, definition } = score;
  const snapshots = await loadSnapshots(db, portal, { object, ids }, needs);
  const interventions = await loadInterventions(db, portal, [scoreId], ids);
  const labels = await loadShownLabels(db, portal, definition.hysteresis ? [scoreId] : [], ids);
  return new Map(
    [...snapshots].map(([id, snapshot]) => {
      const shown = labels.get(shownLabelKey(scoreId, id));
      return [id, { snapshot, given: interventions(scoreId, id), shown }];
    }),
  );
}

/** Values a record under a score at `at` (ms). */
export function valueRecord(
  { definition, compiled }: LiveScore,
  { snapshot, given, shown }: RecordFacts,
  at: number,
): RecordValue {
  const explanation = compiled.explain({ ...snapshot, ...given }, at);
  const settled = settleLabel(definition, explanation, shown, at);
  const { inScope, value, threshold } = explanation;
  const reasons = reasonsOf({ definition, explanation, given, at });
  return { inScope, value, label: settled?.shown ?? threshold, reasons };
}
