import { clamp, points, roundTo, units } from "./naive-points.ts";
import { type Moment, newestReset, ruleShare } from "./naive-rules.ts";
import type { RawAdjustment, RawDefinition, RawGroup, RawLimit, RawThreshold } from "./raw-documents.ts";

type Side = "engagement" | "fit";
type Limited = { readonly before: number; readonly points: number };

/** What the command line prints with `--explain`, without `validUntil`. */
export type NaiveExplanation = {
  readonly inScope: boolean;
  readonly value: number | null;
  readonly engagement: number | null;
  readonly fit: number | null;
  readonly threshold: string | null;
  readonly groups: readonly unknown[] | null;
  readonly sides: { readonly [side: string]: SideTold } | null;
  readonly total: Limited | null;
};

const OUT_OF_SCOPE: NaiveExplanation = {
  inScope: false,
  value: null,
  engagement: null,
  fit: null,
  threshold: null,
  groups: null,
  sides: null,
  total: null,
};

/** Whether a record is in a score's scope. */
export function isInScope({ definition, record }: Pick<Moment, "definition" | "record">): boolean {
  const lists = definition.records?.lists ?? [];
  const member = lists.some((list) => (record.lists ?? []).includes(list));
  return definition.records?.mode === "only" ? member : !member;
}

function evaluateGroup(group: RawGroup, moment: Moment) {
  let sum = 0n;
  const rules = [];
  for (const rule of group.rules) {
    const share = ruleShare(rule, { group, moment });
    const limited = clamp(share.points, rule.limit);
    sum += limited;
    rules.push({
      id: rule.id,
      before: points(share.points),
      points: points(limited),
      matches: share.matches,
    });
  }
  const limited = clamp(sum, group.limit);
  const told = {
    name: group.name,
    side: group.side,
    before: points(sum),
    points: points(limited),
    rules,
  };
  return { side: group.side, limited, told };
}

/** The sides that a score of a type has. */
export function sidesOf({ type }: RawDefinition): readonly Side[] {
  return type === "combined" ? ["engagement", "fit"] : [type];
}

const wholeLimit = ({ limit }: RawDefinition): RawLimit => ({ min: limit.min ?? 0, max: limit.max });

function sideLimit(side: Side, definition: RawDefinition): RawLimit {
  const named = definition.sides?.[side];
  if (named === undefined) return wholeLimit(definition);
  return { min: named.min ?? 0, max: named.max ?? definition.limit.max };
}

/** Whether an adjustment is in force; engagement's end with a reset at or after their start. */
function isInForce(adjustment: RawAdjustment, moment: Moment): boolean {
  const { from, until, side } = adjustment;
  if (from > moment.at || (until !== null && until <= moment.at)) return false;
  return side === "fit" || from > newestReset(moment);
}

function labelOf(thresholds: readonly RawThreshold[], rounded: bigint): string {
  const found = thresholds.find(({ from }) => from === undefined || units(from) <= rounded);
  return found?.label ?? "";
}

/** A record's score at a moment, straight from the contract. */
export function evaluateNaively(
  moment: Moment,
  adjustments: readonly RawAdjustment[] = [],
): NaiveExplanation {
  const { definition } = moment;
  if (!isInScope(moment)) return OUT_OF_SCOPE;
  const groups = definition.groups.map((group) => evaluateGroup(group, moment));
  const decimals = definition.decimals ?? 0;
  const rounded: { engagement?: bigint; fit?: bigint } = {};
  const sides: { [side: string]: SideTold } = {};
  let total = 0n;
  for (const side of sidesOf(definition)) {
    const own = groups.filter((group) => group.side === side);
    const { limited, told } = evaluateSide(side, own, { moment, adjustments });
    total += limited;
    rounded[side] = roundTo(limited, decimals);
    sides[side] = told;
  }
  const limited = clamp(total, wholeLimit(definition));
  const value = roundTo(limited, decimals);
  const { engagement, fit } = rounded;
  return {
    inScope: true,
    value: points(value),
    engagement: engagement === undefined ? null : points(engagement),
    fit: fit === undefined ? null : points(fit),
    threshold: thresholdOf(definition, value, rounded),
    groups: groups.map(({ told }) => told),
    sides,
    total: { before: points(total), points: points(limited) },
  };
}

type SideTold = Limited & { readonly adjustments?: number };

function evaluateSide(
  side: Side,
  groups: readonly { readonly limited: bigint }[],
  given: { readonly moment: Moment; readonly adjustments: readonly RawAdjustment[] },
): { readonly limited: bigint; readonly told: SideTold } {
  let adjusted = 0n;
  for (const adjustment of given.adjustments) {
    const counts = adjustment.side === side && isInForce(adjustment, given.moment);
    if (counts) adjusted += units(adjustment.points);
  }
  let before = adjusted;
  for (const group of groups) before += group.limited;
  const limited = clamp(before, sideLimit(side, given.moment.definition));
  const told = { before: points(before), points: points(limited) };
  return { limited, told: adjusted === 0n ? told : { ...told, adjustments: points(adjusted) } };
}

function thresholdOf(
  { thresholds }: RawDefinition,
  value: bigint,
  sides: { readonly engagement?: bigint; readonly fit?: bigint },
): string | null {
  if (thresholds === undefined) return null;
  if (!("fit" in thresholds)) return labelOf(thresholds, value);
  return labelOf(thresholds.fit, sides.fit ?? 0n) + labelOf(thresholds.engagement, sides.engagement ?? 0n);
}
