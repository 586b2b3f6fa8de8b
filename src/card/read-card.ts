import { settleLabel } from "../scores/hysteresis.ts";
import { reasonsOf } from "../scores/reasons.ts";
import type { LiveScore, ScoreCatalogue } from "../scores/score-catalogue.ts";
import { loadSnapshots, type Snapshot } from "../scores/snapshots.ts";
import type { Queryable } from "../store/database.ts";
import { type InterventionsOf, loadInterventions } from "../store/interventions.ts";
import { isRecordWaiting, loadRecordHistory, type PastValue } from "../store/record-history.ts";
import { presentAmong } from "../store/records.ts";
import { loadShownLabels, shownLabelKey } from "../store/shown-labels.ts";
import { nextChanges } from "./next-changes.ts";
import { cardReason, cutOf } from "./reasons.ts";
import type { CardScore, ScoreAnswer } from "./score-answer.ts";

const HISTORY = 30;

/** A record of a portal, by object name and id. */
export type CardRecord = { readonly object: string; readonly id: string };

/** What a record's scores are valued with besides its snapshot. */
type Circumstances = {
  readonly at: number;
  readonly interventions: InterventionsOf;
  readonly shownLabels: Awaited<ReturnType<typeof loadShownLabels>>;
  readonly history: readonly PastValue[];
};

function cardScore(score: LiveScore, snapshot: Snapshot, { at, ...circumstances }: Circumstances): CardScore {
  const { scoreId, definition, compiled } = score;
  const given = circumstances.interventions(scoreId, snapshot.id);
  const record = { ...snapshot, ...given };
  const explanation = compiled.explain(record, at);
  const changes = nextChanges(compiled, record, explanation);
  const reasons = reasonsOf({ definition, explanation, given, at }).map((one) => cardReason(one, changes));
  const before = circumstances.shownLabels.get(shownLabelKey(scoreId, snapshot.id));
  const settled = settleLabel(definition, explanation, before, at);
  return {
    score: String(scoreId),
    name: score.name,
    type: definition.type,
    inScope: explanation.inScope,
    value: explanation.value,
    label: settled?.shown ?? explanation.threshold,
    engagement: explanation.engagement,
    fit: explanation.fit,
    resetAt: given.resets.findLast((reset) => reset <= at) ?? null,
    canReset: definition.type !== "fit",
    cut: cutOf(explanation.value, reasons),
    reasons,
    next: changes.value,
    history: circumstances.history
      .filter((past) => past.scoreId === scoreId)
      .map(({ at: from, value, label }) => ({ at: from, value, label })),
  };
}

/** The record card's data at `at` (ms), or undefined where the portal has no such record stored. */
export async function readCard(
  deps: { readonly db: Queryable; readonly catalogue: ScoreCatalogue },
  portal: string,
  record: CardRecord,
  at: number,
): Promise<ScoreAnswer | undefined> {
  const { db, catalogue } = deps;
  const { object, id } = record;
  const { live, needs } = await catalogue.load(db, portal);
  const own = live.filter((score) => score.object === object);
  if (own.length === 0) {
    const isStored = (await presentAmong(db, portal, object, [id])).has(id);
    return isStored ? { record, at, isWaiting: false, scores: [] } : undefined;
  }
  const snapshot = (await loadSnapshots(db, portal, { object, ids: [id] }, needs)).get(id);
  if (!snapshot) return undefined;
  const scores = own.map((score) => score.scoreId);
  const settling = own.filter((score) => score.definition.hysteresis).map((score) => score.scoreId);
  const [interventions, shownLabels, history, isWaiting] = await Promise.all([
    loadInterventions(db, portal, scores, [id]),
    loadShownLabels(db, portal, settling, [id]),
    loadRecordHistory(db, portal, { scores, id }, HISTORY),
    isRecordWaiting(db, portal, object, id),
  ]);
  const circumstances = { at, interventions, shownLabels, history };
  return { record, at, isWaiting, scores: own.map((score) => cardScore(score, snapshot, circumstances)) };
}
