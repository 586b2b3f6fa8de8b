import type { PropertyDefinition } from "../hubspot/properties.ts";
import type { WrittenProperty } from "../scoring/written-properties.ts";
import type { PropertyFault } from "../store/property-faults.ts";

type Score = {
  readonly scoreId: number;
  readonly name: string;
  readonly object: string;
  readonly written: readonly WrittenProperty[];
};

/** HubSpot's types that take our values though they are not the type asked for. */
const TAKEN_BY: Readonly<Record<WrittenProperty["type"], readonly string[]>> = {
  number: ["string"],
  enumeration: ["string"],
  datetime: ["string", "number"],
  string: [],
};

type Finding = { readonly text: string; readonly parks: boolean };

function findingOf(object: string, written: WrittenProperty, found: PropertyDefinition): Finding | undefined {
  const { name, type } = written;
  if (found.isReadOnly)
    return { text: `the ${object} property ${name} is read-only in HubSpot`, parks: true };
  if (found.type === type) return undefined;
  const text = `the ${object} property ${name} has type ${found.type} in HubSpot, not ${type}`;
  return { text, parks: !TAKEN_BY[type].includes(found.type) };
}

/**
 * What is wrong with the properties of these scores as HubSpot has them now; a changed label is not. Where a property
 * can no longer hold its values, all properties of its score are parked, so that they never contradict each other.
 * Properties that are gone are not named: they can be made again.
 */
export function propertyFaults(
  scores: readonly Score[],
  existing: readonly PropertyDefinition[],
): PropertyFault[] {
  const known = new Map(existing.map((property) => [property.name, property]));
  return scores.flatMap(({ scoreId, object, written }) => {
    const findings = written.flatMap((property) => {
      const found = known.get(property.name);
      const finding = found && findingOf(object, property, found);
      return finding ? [{ property: property.name, scoreId, fault: finding.text, parks: finding.parks }] : [];
    });
    const worst = findings.find((one) => one.parks);
    if (!worst) return findings;
    return written.map(({ name }) => ({ property: name, scoreId, fault: worst.fault, parks: true }));
  });
}

/** Whether a score's property, or one of its labels, is no longer there. */
export function isIncomplete({ written }: Score, existing: readonly PropertyDefinition[]): boolean {
  const known = new Map(existing.map((property) => [property.name, property]));
  return written.some(({ name, type, options = [] }) => {
    const found = known.get(name);
    if (!found) return true;
    const values = new Set(found.options.map((option) => option.value));
    return found.type === type && type === "enumeration" && options.some((option) => !values.has(option));
  });
}
