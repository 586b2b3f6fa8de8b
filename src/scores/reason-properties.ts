import type { ScoreDefinition } from "../scoring/definition.ts";
import { type WrittenProperty, writtenProperties } from "../scoring/written-properties.ts";
import type { Values } from "../store/pending-writes.ts";
import { reasonsText, type ValueReason } from "./reasons.ts";

const LONGEST_NAME = 100;
const TOP_REASONS = 5;

const SHAPES = [
  { kind: "reasons", suffix: "reasons", type: "string" },
  { kind: "updated_at", suffix: "last change", type: "datetime" },
  { kind: "version", suffix: "version", type: "number" },
] as const;

/** A score's definition, and whether it also writes why it gives its values. */
export type Writing = { readonly definition: ScoreDefinition; readonly hasReasons: boolean };

/** Returns the properties that show why a score gives its values: top reasons, instant of the last change, version. */
export function reasonProperties({ property }: ScoreDefinition): WrittenProperty[] {
  return SHAPES.map(({ kind, suffix, type }) => ({
    ...{ name: `${property.name}_${kind}`, kind, label: `${property.label} ${suffix}`, type },
  }));
}

/** Returns every property that a score writes, its value first. */
export function allWritten({ definition, hasReasons }: Writing): readonly WrittenProperty[] {
  const own = writtenProperties(definition);
  return hasReasons ? [...own, ...reasonProperties(definition)] : own;
}

/** Returns what keeps a score from writing its reasons: names too long, or its own already. */
export function reasonFaults(definition: ScoreDefinition): string[] {
  const own = new Set(writtenProperties(definition).map(({ name }) => name));
  return reasonProperties(definition).flatMap(({ name }) => {
    if (own.has(name)) return [`"${definition.name}" writes the property ${name} already`];
    return name.length > LONGEST_NAME ? [`${name} is longer than ${LONGEST_NAME} characters`] : [];
  });
}

/**
 * Returns the values of a score's reason properties at `at` (ms). `others` are those of its other properties and `before`
 * the values wanted so far: the instant of the last change moves only where one of them differs.
 */
export function reasonValues(
  score: { readonly definition: ScoreDefinition; readonly version: number },
  reasons: readonly ValueReason[],
  shown: { readonly others: Values; readonly before: Values | undefined; readonly at: number },
): Values {
  const { name } = score.definition.property;
  const text = { [`${name}_reasons`]: reasonsText(reasons, TOP_REASONS) };
  const values = { ...text, [`${name}_version`]: String(score.version) };
  const isChanged = Object.entries({ ...shown.others, ...values }).some(
    ([property, value]) => shown.before?.[property] !== value,
  );
  return isChanged ? { ...values, [`${name}_updated_at`]: String(shown.at) } : values;
}
