import type { Adjustment } from "./record.ts";
import type { ScoreDefinition } from "./score-definition.ts";

/** Returns those of a record's adjustments that count at `at` (ms): the score has their side, and no reset ended them. */
export function adjustmentsInForce<Given extends Adjustment>(
  type: ScoreDefinition["type"],
  { resets, adjustments }: { readonly resets: readonly number[]; readonly adjustments: readonly Given[] },
  at: number,
): Given[] {
  const reset = Math.max(Number.NEGATIVE_INFINITY, ...resets.filter((one) => one <= at));
  return adjustments.filter(({ side, from, until }) => {
    if (type !== "combined" && type !== side) return false;
    if (side === "engagement" && from <= reset) return false;
    return from <= at && (until === null || until > at);
  });
}
