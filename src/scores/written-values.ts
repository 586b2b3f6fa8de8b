import { formatPoints } from "../scoring/evaluate.ts";
import type { Evaluation } from "../scoring/evaluation.ts";
import type { WrittenProperty } from "../scoring/written-properties.ts";
import type { Values } from "../store/pending-writes.ts";

function shownValue(
  kind: WrittenProperty["kind"],
  result: Evaluation,
  resetAt: number | undefined,
): string | undefined {
  const number = (value: number | null): string | undefined =>
    value === null ? undefined : formatPoints(value);
  switch (kind) {
    case "score":
      return number(result.value);
    case "engagement":
      return number(result.engagement);
    case "fit":
      return number(result.fit);
    case "threshold":
      return result.threshold ?? undefined;
    case "reset_at":
      return resetAt === undefined ? undefined : String(resetAt);
    default:
      return undefined;
  }
}

/** The property values that show a result but for its reasons, `resetAt` being the newest reset in force (ms), if any. */
export function writtenValues(
  written: readonly WrittenProperty[],
  result: Evaluation,
  resetAt: number | undefined,
): Values {
  const entries = written.flatMap(({ name, kind }) => {
    const value = shownValue(kind, result, resetAt);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
