import type { ValueReason } from "../scores/reasons.ts";
import { fromUnits, toUnits } from "../scoring/points.ts";
import type { NextChanges } from "./next-changes.ts";
import type { Reason } from "./score-answer.ts";

/** Returns a reason with what time alone will make of its points. */
export function cardReason({ until, ...reason }: ValueReason, { rules }: NextChanges): Reason {
  const next = until === null ? (rules.get(reason.rule) ?? null) : { at: until, points: 0 };
  return { ...reason, next };
}

/** Returns what limits and rounding add to the reasons' sum to make the value, in points. */
export function cutOf(value: number | null, reasons: readonly Reason[]): number {
  if (value === null) return 0;
  const sum = reasons.reduce((total, reason) => total + toUnits(reason.points), toUnits(0));
  return fromUnits(toUnits(value) - sum);
}
