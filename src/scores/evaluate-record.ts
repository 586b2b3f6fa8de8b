import type { Evaluation } from "../scoring/evaluation.ts";
import type { DirtyMark } from "../store/dirty-marks.ts";
import type { InterventionsOf } from "../store/interventions.ts";
import type { Values, WantedValues } from "../store/pending-writes.ts";
import type { RecordScore } from "../store/record-scores.ts";
import { type ShownLabelRow, shownLabelKey } from "../store/shown-labels.ts";
import { type LabelState, settleLabel } from "./hysteresis.ts";
import { reasonValues } from "./reason-properties.ts";
import { reasonsOf } from "./reasons.ts";
import type { LiveScore } from "./score-catalogue.ts";
import type { Snapshot } from "./snapshots.ts";
import { writtenValues } from "./written-values.ts";

/** What scoring a chunk of records comes to. */
export type Outcome = {
  readonly results: RecordScore[];
  readonly wanted: WantedValues[];
  readonly shownLabels: ShownLabelRow[];
  /** Ids that left a score whose definition clears its values then. */
  readonly cleared: Map<LiveScore, string[]>;
  readonly failures: Map<string, string>;
};

/** What records of a chunk are evaluated with besides their snapshots. */
export type Circumstances = {
  readonly at: number;
  readonly interventions: InterventionsOf;
  readonly shownLabels: ReadonlyMap<string, LabelState>;
  /** What records should show so far, where a score writes its reasons. */
  readonly wanted: ReadonlyMap<string, Values>;
};

/** An outcome without anything yet. */
export function emptyOutcome(): Outcome {
  return { results: [], wanted: [], shownLabels: [], cleared: new Map(), failures: new Map() };
}

function newestInForce(resets: readonly number[], at: number): number | undefined {
  const past = resets.filter((reset) => reset <= at);
  return past.length === 0 ? undefined : Math.max(...past);
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The result as it is written: with the label that hysteresis lets show, valid until that may change. */
function asWritten(
  score: LiveScore,
  id: string,
  result: Evaluation,
  work: { readonly circumstances: Circumstances; readonly outcome: Outcome },
): Evaluation {
  const { circumstances, outcome } = work;
  const before = circumstances.shownLabels.get(shownLabelKey(score.scoreId, id));
  const settled = settleLabel(score.definition, result, before, circumstances.at);
  if (!settled) return result;
  const { shown, plain, since, changesAt } = settled;
  outcome.shownLabels.push({ scoreId: score.scoreId, recordId: id, shown, plain, since });
  return { ...result, threshold: shown, validUntil: earlier(result.validUntil, changesAt) };
}

/** What a record in a score's scope should show of it. */
function shownValues(
  score: LiveScore,
  snapshot: Snapshot,
  written: Evaluation,
  { interventions, wanted, at }: Circumstances,
): Values {
  const given = interventions(score.scoreId, snapshot.id);
  const others = writtenValues(score.written, written, newestInForce(given.resets, at));
  if (!score.hasReasons) return others;
  const { definition } = score;
  const explanation = score.compiled.explain({ ...snapshot, ...given }, at);
  const reasons = reasonsOf({ definition, explanation, given, at });
  return { ...others, ...reasonValues(score, reasons, { others, before: wanted.get(snapshot.id), at }) };
}

/** Evaluates one record under all its object type's scores and adds what follows to the outcome. */
export function evaluateRecord(
  snapshot: Snapshot,
  mark: DirtyMark,
  scores: readonly LiveScore[],
  work: { readonly circumstances: Circumstances; readonly outcome: Outcome },
): void {
  const { circumstances, outcome } = work;
  const { at } = circumstances;
  let values: Values = {};
  for (const score of scores) {
    const { scoreId, version } = score;
    const own = circumstances.interventions(scoreId, snapshot.id);
    const result = score.compiled.evaluate({ ...snapshot, ...own }, at);
    const written = asWritten(score, snapshot.id, result, work);
    const { value, engagement, fit, threshold, validUntil } = written;
    outcome.results.push({
      scoreId,
      recordId: snapshot.id,
      version,
      value,
      engagement,
      fit,
      threshold,
      validUntil,
    });
    if (result.inScope) {
      values = { ...values, ...shownValues(score, snapshot, written, circumstances) };
    } else if (score.definition.outOfScope === "clear") {
      outcome.cleared.set(score, [...(outcome.cleared.get(score) ?? []), snapshot.id]);
    }
  }
  if (Object.keys(values).length > 0) {
    outcome.wanted.push({ id: snapshot.id, values, priority: mark.priority });
  }
}
