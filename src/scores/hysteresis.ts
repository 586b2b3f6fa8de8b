import type { Evaluation } from "../scoring/evaluation.ts";
import type { ScoreDefinition } from "../scoring/score-definition.ts";
import type { Ladder } from "../scoring/threshold-schema.ts";

const HOUR_MS = 3_600_000;

/** A record's label as written, and the plain label behind it with the instant (ms) from which that has held. */
export type LabelState = { readonly shown: string; readonly plain: string; readonly since: number };

/** The next state, and the instant (ms) at which the plain label will have held long enough to be shown, if it waits. */
export type SettledLabel = LabelState & { readonly changesAt: number | null };

/** The label of a ladder to show: the old one until the value lies `points` beyond its boundary. */
function settleRung(ladder: Ladder, value: number, shown: string, points: number): string {
  const plain = ladder.findIndex((rung) => rung.from === undefined || rung.from <= value);
  const old = ladder.findIndex((rung) => rung.label === shown);
  const plainLabel = ladder[plain]?.label ?? shown;
  if (old === -1 || old === plain) return plainLabel;
  // Rungs run from the highest down: a smaller index is a higher label.
  const boundary = plain < old ? ladder[old - 1]?.from : ladder[old]?.from;
  if (boundary === undefined) return plainLabel;
  const isBeyond = plain < old ? value >= boundary + points : value <= boundary - points;
  return isBeyond ? plainLabel : shown;
}

type Sides = { readonly fit: Ladder; readonly engagement: Ladder };

/** A combined label's parts, or undefined where the thresholds have no such label. */
function partsOf(label: string, { fit, engagement }: Sides): { fit: string; engagement: string } | undefined {
  for (const high of fit) {
    const rung = engagement.find((low) => high.label + low.label === label);
    if (rung) return { fit: high.label, engagement: rung.label };
  }
  return undefined;
}

function labelByPoints(
  definition: ScoreDefinition,
  result: Evaluation,
  shown: string,
  points: number,
): string {
  const { thresholds } = definition;
  if (thresholds === undefined || result.threshold === null) return shown;
  if (!("fit" in thresholds)) return settleRung(thresholds, result.value ?? 0, shown, points);
  const parts = partsOf(shown, thresholds);
  if (!parts) return result.threshold;
  const fit = settleRung(thresholds.fit, result.fit ?? 0, parts.fit, points);
  return fit + settleRung(thresholds.engagement, result.engagement ?? 0, parts.engagement, points);
}

/**
 * The label to write for a result at `at` (ms), for definitions with hysteresis: the old one stands until the value is
 * beyond its boundary by the definition's points, or the new label has held for its hours. Undefined without hysteresis
 * or label.
 */
export function settleLabel(
  definition: ScoreDefinition,
  result: Evaluation,
  before: LabelState | undefined,
  at: number,
): SettledLabel | undefined {
  const { hysteresis } = definition;
  const plain = result.threshold;
  if (hysteresis === undefined || plain === null) return undefined;
  const since = before?.plain === plain ? before.since : at;
  if (before === undefined) return { shown: plain, plain, since, changesAt: null };
  const heldUntil = since + hysteresis.hours * HOUR_MS;
  const shown = at >= heldUntil ? plain : labelByPoints(definition, result, before.shown, hysteresis.points);
  return { shown, plain, since, changesAt: shown === plain ? null : heldUntil };
}
