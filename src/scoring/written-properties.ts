import { FURTHER_PROPERTIES, type FurtherProperty } from "./property-names.ts";
import type { ScoreDefinition } from "./score-definition.ts";
import type { Ladder } from "./threshold-schema.ts";

/** A HubSpot property that a score writes; `options` in threshold order for an enumeration. */
export type WrittenProperty = {
  readonly name: string;
  readonly kind: "score" | FurtherProperty | "reasons" | "updated_at" | "version";
  readonly label: string;
  readonly type: "number" | "enumeration" | "datetime" | "string";
  readonly options?: readonly string[];
};

const SHAPES = {
  threshold: { suffix: "threshold", type: "enumeration" },
  engagement: { suffix: "engagement", type: "number" },
  fit: { suffix: "fit", type: "number" },
  reset_at: { suffix: "last reset", type: "datetime" },
} as const;

/** Returns the properties that a definition names, the value first; those of reasons are no part of it. */
export function writtenProperties(definition: ScoreDefinition): readonly WrittenProperty[] {
  const { name, label, names } = definition.property;
  const written: WrittenProperty[] = [{ name, kind: "score", label, type: "number" }];
  for (const kind of FURTHER_PROPERTIES) {
    const further = names[kind];
    if (further === undefined) continue;
    const { suffix, type } = SHAPES[kind];
    const options = kind === "threshold" ? { options: thresholdLabels(definition) } : {};
    written.push({ name: further, kind, label: `${label} ${suffix}`, type, ...options });
  }
  return written;
}

/** Returns a score's labels, highest first; for a combined score every fit label with every engagement label, fit-major. */
export function thresholdLabels({ thresholds }: ScoreDefinition): readonly string[] {
  if (thresholds === undefined) return [];
  if ("fit" in thresholds) {
    const engagement = labelsOf(thresholds.engagement);
    return labelsOf(thresholds.fit).flatMap((fit) => engagement.map((label) => fit + label));
  }
  return labelsOf(thresholds);
}

function labelsOf(ladder: Ladder): string[] {
  return ladder.map(({ label }) => label);
}
