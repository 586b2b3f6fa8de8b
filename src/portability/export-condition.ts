import type { Condition, PropertyCondition } from "../scoring/condition-schema.ts";
import { exportOperation } from "./export-operation.ts";
import type { NameProperty } from "./import-condition.ts";
import type { Path, Report } from "./report.ts";

/** A value that a request carries as JSON. */
export type Json = { readonly [field: string]: unknown };

/** A condition of a definition, where it stands there, and the report of what HubSpot cannot say. */
export type PlacedCondition = { readonly condition: Condition; readonly path: Path; readonly report: Report };

type PlacedLeaf = PlacedCondition & { readonly condition: PropertyCondition };

/** Returns a condition as HubSpot's composite of conditions that must all hold, or `null`, noted. */
export function exportCondition(placed: PlacedCondition, nameOf: NameProperty): Json | null {
  const { condition } = placed;
  const parts = "all" in condition ? partsOf(placed, condition.all) : [placed];
  const conditions = parts.map((part) =>
    "all" in part.condition ? exportCondition(part, nameOf) : exportSingle(part, nameOf),
  );
  if (conditions.includes(null)) return null;
  return { type: "COMPOSITE", operator: "AND", conditions };
}

function partsOf(placed: PlacedCondition, all: readonly Condition[]): PlacedCondition[] {
  return all.map((condition, index) => ({ ...placed, condition, path: [...placed.path, "all", index] }));
}

function exportSingle(placed: PlacedCondition, nameOf: NameProperty): Json | null {
  if (!isLeaf(placed)) return null;
  const { condition, path, report } = placed;
  const operation = exportOperation(condition, path, report);
  return operation && { type: "SINGLE", property: nameOf(condition.property), operation };
}

/** Returns the conditions on an associated record as association filters, or `null`, noted. */
export function exportAssociationFilters(placed: PlacedCondition): Json | null {
  const { condition } = placed;
  const parts = "all" in condition ? partsOf(placed, condition.all) : [placed];
  const propertyFilters = parts.map((part) => {
    if (!isLeaf(part)) return null;
    const operation = exportOperation(part.condition, part.path, part.report);
    return operation && { filterType: "PROPERTY", property: part.condition.property, operation };
  });
  return propertyFilters.includes(null) ? null : { propertyFilters };
}

function isLeaf(placed: PlacedCondition): placed is PlacedLeaf {
  const { condition, path, report } = placed;
  if ("property" in condition) return true;
  report.note(path, unsayable(condition));
  return false;
}

function unsayable(condition: Condition): string {
  if ("lists" in condition) return "HubSpot tests lists in a rule of their own only";
  if ("any" in condition) return "HubSpot has no OR inside a rule";
  return "not" in condition ? "HubSpot has no NOT" : "HubSpot's association filters do not nest";
}
