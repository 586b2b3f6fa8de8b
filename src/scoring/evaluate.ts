import { createCalendar } from "./calendar.ts";
import type { Evaluation, Explanation } from "./evaluation.ts";
import { explainFigures } from "./explain.ts";
import { measure } from "./measure.ts";
import { clamp, fromUnits, roundUnits, toUnits } from "./points.ts";
import type { Events, ScoredRecord } from "./record.ts";
import type { ScoreDefinition } from "./score-definition.ts";
import { compileLabel, type RoundedPoints } from "./score-label.ts";
import { compileProgram, type ScoreProgram } from "./score-program.ts";

export type { Evaluation, Explanation } from "./evaluation.ts";

/** A definition ready to evaluate records at any instant (ms); `explain` also tells how the points came about. */
export type CompiledScore = {
  readonly definition: ScoreDefinition;
  evaluate(record: ScoredRecord<Events>, at: number): Evaluation;
  explain(record: ScoredRecord<Events>, at: number): Explanation;
};

const OUT_OF_SCOPE: Evaluation = {
  inScope: false,
  value: null,
  engagement: null,
  fit: null,
  threshold: null,
  validUntil: null,
};

/** Returns the compiled score of a definition; throws a RangeError for an unknown IANA time zone. */
export function compileScore(definition: ScoreDefinition, options: { timeZone: string }): CompiledScore {
  const program = compileProgram(definition, createCalendar(options.timeZone));
  const isInScope = compileScope(definition.records);
  const conclude = compileConclusion(definition, program);
  const evaluate = (record: ScoredRecord<Events>, at: number): Evaluation =>
    isInScope(record.lists) ? conclude(measure(program, record, at)) : OUT_OF_SCOPE;
  const explain = (record: ScoredRecord<Events>, at: number): Explanation => {
    const evaluation = evaluate(record, at);
    return { ...evaluation, ...explainFigures(evaluation.inScope ? program : null) };
  };
  return { definition, evaluate, explain };
}

function compileScope({ mode, lists }: ScoreDefinition["records"]): (memberOf: readonly string[]) => boolean {
  if (lists.length === 0) return () => true;
  const named = new Set(lists);
  return (memberOf) => memberOf.some((list) => named.has(list)) === (mode === "only");
}

function compileConclusion(definition: ScoreDefinition, program: ScoreProgram): (next: number) => Evaluation {
  const { engagement, fit, bounds } = program;
  const { decimals } = definition;
  const label = compileLabel(definition);
  return (next) => {
    const total = clamp((engagement?.points ?? 0) + (fit?.points ?? 0), bounds);
    const rounded: RoundedPoints = {
      value: roundUnits(total, decimals),
      engagement: engagement === null ? 0 : roundUnits(engagement.points, decimals),
      fit: fit === null ? 0 : roundUnits(fit.points, decimals),
    };
    return {
      inScope: true,
      value: fromUnits(rounded.value),
      engagement: engagement === null ? null : fromUnits(rounded.engagement),
      fit: fit === null ? null : fromUnits(rounded.fit),
      threshold: label(rounded),
      validUntil: next === Number.POSITIVE_INFINITY ? null : next,
    };
  };
}

/** Returns the shortest decimal text of a number of points: `35`, `35.5`. */
export function formatPoints(value: number): string {
  return fromUnits(toUnits(value)).toString();
}
