import { toUnits } from "./points.ts";
import type { ScoreDefinition } from "./score-definition.ts";
import type { Ladder } from "./threshold-schema.ts";

/** Rounded points in units; 0 for a side that the type has not. */
export type RoundedPoints = { readonly value: number; readonly engagement: number; readonly fit: number };

/** Returns the labelling of rounded points: fit first for a combined score, `null` without thresholds. */
export function compileLabel({ thresholds }: ScoreDefinition): (points: RoundedPoints) => string | null {
  if (thresholds === undefined) return () => null;
  if ("fit" in thresholds) {
    const fit = compileLadder(thresholds.fit);
    const engagement = compileLadder(thresholds.engagement);
    return (points) => fit(points.fit) + engagement(points.engagement);
  }
  const label = compileLadder(thresholds);
  return (points) => label(points.value);
}

function compileLadder(ladder: Ladder): (units: number) => string {
  const steps = ladder.map(({ label, from }) => ({
    label,
    from: from === undefined ? Number.NEGATIVE_INFINITY : toUnits(from),
  }));
  return (units) => {
    for (const { label, from } of steps) if (from <= units) return label;
    return "";
  };
}
