import { adjustmentsInForce } from "../scoring/adjustments.ts";
import { formatPoints } from "../scoring/evaluate.ts";
import type { Explanation } from "../scoring/evaluation.ts";
import type { ScoreDefinition, Side } from "../scoring/score-definition.ts";
import type { Interventions } from "../store/interventions.ts";

/** What gave a record points: a rule, by its id, or points given by hand or workflow (`until` in ms, where they end). */
export type ValueReason = {
  readonly rule: string;
  readonly name: string;
  readonly group: string | null;
  readonly side: Side;
  readonly points: number;
  readonly matches: number;
  readonly until: number | null;
};

/** What reasons follow from. */
type Valuation = {
  readonly definition: ScoreDefinition;
  readonly explanation: Explanation;
  readonly given: Interventions;
  readonly at: number;
};

function ruleReasons({ definition, explanation }: Valuation): ValueReason[] {
  const names = new Map(
    definition.groups.flatMap((group) => group.rules.map((rule) => [rule.id, rule.name] as const)),
  );
  return (explanation.groups ?? []).flatMap((group) =>
    group.rules.map(({ id, points, matches }) => ({
      ...{ rule: id, name: names.get(id) ?? id, group: group.name, side: group.side },
      ...{ points, matches, until: null },
    })),
  );
}

function givenReasons({ definition, explanation, given, at }: Valuation): ValueReason[] {
  if (!explanation.inScope) return [];
  return adjustmentsInForce(definition.type, given, at).map(({ id, reason, side, points, until }) => ({
    ...{ rule: `adjustment ${id}`, name: reason, group: null, side, points, matches: 1, until },
  }));
}

/** Returns what gave a record its points at `at` (ms), the weightiest first: rules that gave any, and given points. */
export function reasonsOf(valuation: Valuation): ValueReason[] {
  return [...ruleReasons(valuation), ...givenReasons(valuation)]
    .filter(({ points }) => points !== 0)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points) || a.name.localeCompare(b.name, "en"));
}

const LONGEST_TEXT = 1_000;

/** Returns the weightiest reasons as one line: `Demo requested +30, Page visited +25 (5×), Adjusted: Student -10`. */
export function reasonsText(reasons: readonly ValueReason[], most: number): string {
  const lines = reasons.slice(0, most).map(({ name, group, points, matches }) => {
    const times = matches > 1 ? ` (${matches}×)` : "";
    return `${group === null ? "Adjusted: " : ""}${name} ${points > 0 ? "+" : ""}${formatPoints(points)}${times}`;
  });
  return lines.join(", ").slice(0, LONGEST_TEXT);
}
