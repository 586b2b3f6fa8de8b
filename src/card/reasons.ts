import type { Explanation } from "../scoring/evaluation.ts";
import { fromUnits, toUnits } from "../scoring/points.ts";
import type { ScoreDefinition, Side } from "../scoring/score-definition.ts";
import type { NextChanges } from "./next-changes.ts";
import type { Reason } from "./score-answer.ts";

function ruleNames(definition: ScoreDefinition): Map<string, string> {
  return new Map(definition.groups.flatMap((group) => group.rules.map((rule) => [rule.id, rule.name])));
}

function adjustmentReasons({ sides }: Explanation): Reason[] {
  return (["engagement", "fit"] as const satisfies Side[]).flatMap((side) => {
    const points = sides?.[side]?.adjustments ?? 0;
    if (points === 0) return [];
    return [{ rule: "", name: "Adjusted by hand", group: null, side, points, matches: 1, next: null }];
  });
}

/** Returns what gave a record its points, the weightiest first: rules that gave any, and adjustments. */
export function reasonsOf(
  definition: ScoreDefinition,
  explanation: Explanation,
  changes: NextChanges,
): Reason[] {
  const names = ruleNames(definition);
  const rules = (explanation.groups ?? []).flatMap((group) =>
    group.rules
      .filter((rule) => rule.points !== 0)
      .map(({ id, points, matches }) => ({
        ...{ rule: id, name: names.get(id) ?? id, group: group.name, side: group.side, points, matches },
        next: changes.rules.get(id) ?? null,
      })),
  );
  return [...rules, ...adjustmentReasons(explanation)].sort(
    (a, b) => Math.abs(b.points) - Math.abs(a.points) || a.name.localeCompare(b.name, "en"),
  );
}

/** Returns what limits and rounding add to the reasons' sum to make the value, in points. */
export function cutOf(value: number | null, reasons: readonly Reason[]): number {
  if (value === null) return 0;
  const sum = reasons.reduce((total, reason) => total + toUnits(reason.points), toUnits(0));
  return fromUnits(toUnits(value) - sum);
}
