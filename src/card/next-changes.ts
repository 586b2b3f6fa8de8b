import type { CompiledScore } from "../scoring/evaluate.ts";
import type { Explanation } from "../scoring/evaluation.ts";
import type { Events, ScoredRecord } from "../scoring/record.ts";
import type { ValueAt } from "./score-answer.ts";

/** What time alone changes next: the value, and each rule's points by rule id; instants in ms. */
export type NextChanges = {
  readonly value: ValueAt | null;
  readonly rules: ReadonlyMap<string, { readonly at: number; readonly points: number }>;
};

/** Steps ahead are cheap, not free: a rule that changes later than so many of them tells no instant. */
const MOST_STEPS = 24;

/** The points of every rule by its id, 0 where it gave none. */
function pointsByRule(explanation: Explanation): Map<string, number> {
  const rules = (explanation.groups ?? []).flatMap((group) => group.rules);
  return new Map(rules.map((rule) => [rule.id, rule.points]));
}

function isSameValue(a: Explanation, b: Explanation): boolean {
  return a.value === b.value && a.threshold === b.threshold;
}

/** Returns the next changes of a record's value and rules that time alone brings, by evaluating at each boundary ahead. */
export function nextChanges(
  compiled: CompiledScore,
  record: ScoredRecord<Events>,
  now: Explanation,
): NextChanges {
  const pointsNow = pointsByRule(now);
  const rules = new Map<string, { at: number; points: number }>();
  let value: ValueAt | null = null;
  let at = now.validUntil;
  for (let step = 0; at !== null && step < MOST_STEPS; step++) {
    const then = compiled.explain(record, at);
    if (value === null && !isSameValue(then, now)) value = { at, value: then.value, label: then.threshold };
    for (const [rule, points] of pointsByRule(then))
      if (points !== pointsNow.get(rule) && !rules.has(rule)) rules.set(rule, { at, points });
    at = then.validUntil;
  }
  return { value, rules };
}
