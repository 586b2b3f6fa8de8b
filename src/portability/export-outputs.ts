import type { ScoreDefinition } from "../scoring/score-definition.ts";
import type { Ladder } from "../scoring/threshold-schema.ts";
import type { Json } from "./export-condition.ts";
import type { Report } from "./report.ts";

const RESET_SUFFIX = "_reset_at";

/** Returns a score's properties and labels as the outputs of a draft; ids are roles, for HubSpot's own to take their place. */
export function exportOutputs(definition: ScoreDefinition, report: Report): Json {
  const { property } = definition;
  const { threshold, engagement, fit, reset_at } = property.names;
  if (reset_at !== undefined && reset_at !== property.name + RESET_SUFFIX) {
    report.note(["property", "names", "reset_at"], "HubSpot writes no property of resets");
  }
  const score = {
    ...{
      outputType: "SCORE",
      id: "score",
      internalPropertyName: property.name,
      propertyLabel: property.label,
    },
    ...{ propertyDescription: property.description, propertyGroup: property.group },
  };
  const sides = Object.entries({ fit, engagement }).flatMap(([id, internalPropertyName]) =>
    internalPropertyName === undefined ? [] : [{ outputType: "SCORE", id, internalPropertyName }],
  );
  const labels = exportLabels(definition, report);
  const named = labels && { ...labels, internalPropertyName: threshold };
  return { outputs: [score, ...sides, ...(named ? [named] : [])] };
}

function exportLabels({ thresholds, limit, sides }: ScoreDefinition, report: Report): Json | null {
  if (thresholds === undefined) return null;
  if (!("fit" in thresholds)) {
    return { outputType: "THRESHOLD", id: "threshold", boundaries: boundariesOf(thresholds, limit.min) };
  }
  for (const side of ["fit", "engagement"] as const) noteColours(thresholds[side], side, report);
  const boundaries = {
    FIT: boundariesOf(withoutColours(thresholds.fit), sides?.fit.min ?? 0),
    INTENT: boundariesOf(withoutColours(thresholds.engagement), sides?.engagement.min ?? 0),
  };
  return { outputType: "MATRIX", id: "threshold", boundaries };
}

/** The last label takes everything below: it begins at the lowest value that the score can have. */
function boundariesOf(ladder: Ladder, lowest: number): Json[] {
  const above = ladder.at(-2)?.from ?? lowest;
  return ladder.map(({ label, from, color }) => ({
    ...{ label, threshold: from ?? Math.min(lowest, above - 1) },
    ...(color !== undefined && { color }),
  }));
}

function withoutColours(ladder: Ladder): Ladder {
  return ladder.map(({ color: _, ...step }) => step);
}

function noteColours(ladder: Ladder, side: string, report: Report): void {
  ladder.forEach(({ color }, index) => {
    if (color === undefined) return;
    report.note(["thresholds", side, index, "color"], "HubSpot's labels per side have no colours");
  });
}
