import type {
  Explanation,
  GroupExplanation,
  Limited,
  RuleExplanation,
  SideExplanation,
} from "./evaluation.ts";
import { clamp, fromUnits } from "./points.ts";
import type { RuleTally } from "./rule-tally.ts";
import type { GroupTally, ScoreProgram, SideTally } from "./score-program.ts";

/** Returns the figures of the record that was measured last, to four decimals; nothing for a record out of scope. */
export function explainFigures(
  program: ScoreProgram | null,
): Pick<Explanation, "groups" | "sides" | "total"> {
  if (program === null) return { groups: null, sides: null, total: null };
  const { engagement, fit } = program;
  const before = (engagement?.points ?? 0) + (fit?.points ?? 0);
  return {
    groups: program.groups.map(explainGroup),
    sides: {
      ...(engagement === null ? {} : { engagement: explainSide(engagement) }),
      ...(fit === null ? {} : { fit: explainSide(fit) }),
    },
    total: limited(before, clamp(before, program.bounds)),
  };
}

function explainGroup({ name, side, before, points, rules }: GroupTally): GroupExplanation {
  return { name, side, ...limited(before, points), rules: rules.map(explainRule) };
}

function explainRule({ id, before, bounds, matches }: RuleTally): RuleExplanation {
  return { id, ...limited(before, clamp(before, bounds)), matches };
}

function explainSide({ before, points, adjustments }: SideTally): SideExplanation {
  const figures = limited(before, points);
  return adjustments === 0 ? figures : { ...figures, adjustments: fromUnits(adjustments) };
}

function limited(before: number, points: number): Limited {
  return { before: fromUnits(before), points: fromUnits(points) };
}
