import { z } from "zod";
import type { Condition } from "../scoring/condition-schema.ts";
import { acceptDraft } from "./accept-draft.ts";
import type { Imported } from "./import-hubspot.ts";
import { internalNameOf, isInternalName } from "./internal-name.ts";
import { childOf, itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";
import { createReport } from "./report.ts";
import type { GroupDraft, RuleDraft } from "./rule-draft.ts";
import { importScorePropertyFilter } from "./score-property-filter.ts";

const shape = z.object({
  name: z.string().default("HubSpot score"),
  label: z.string().optional(),
  description: z.string().optional(),
  propertyName: z.string().optional(),
  object: z.enum(["contact", "company", "deal"]).default("contact"),
  max: z.number().optional(),
  min: z.number().optional(),
  positive: z.unknown().optional(),
  negative: z.unknown().optional(),
});

const attributeShape = z.object({
  name: z.string().optional(),
  points: z.number(),
  filters: z.unknown(),
});

/** Returns a fit score of the positive and negative attributes of a retired score property; report paths are those of `attributes`. */
export function importScoreProperty(attributes: unknown): Imported {
  const report = createReport();
  const node: JsonNode = { value: attributes, path: [], report };
  const read = readNode(node, shape);
  if (read === null) return { definition: null, report: report.entries };
  const positive = groupOf(node, "positive", "Positive attributes");
  const negative = groupOf(node, "negative", "Negative attributes");
  const groups = [...positive, ...negative];
  if (negative.length > 0 && read.min === undefined) {
    report.note(["negative"], "may take the score below 0: it ends at 0 here where min says no other");
  }
  const limit = { min: read.min ?? 0, max: read.max ?? Math.max(1, reachable(groups)) };
  const name = read.propertyName ?? internalNameOf(read.name);
  const property = {
    name: isInternalName(name) ? name : internalNameOf(name),
    ...(read.label !== undefined && { label: read.label }),
    ...(read.description !== undefined && { description: read.description }),
  };
  if (property.name !== name) report.note(["propertyName"], `is named ${property.name} here`);
  const fields = { name: read.name, object: read.object, limit, property };
  const definition = acceptDraft({ fields, fieldsOfType: () => ({}), groups }, report);
  return { definition, report: report.entries };
}

/** The most points that rules can give together: no limit cuts what the property had none for. */
function reachable(groups: readonly GroupDraft[]): number {
  const hundredths = groups
    .flatMap(({ rules }) => rules)
    .map(({ fields }) => Math.round(Math.max(0, Number(fields["points"])) * 100));
  return hundredths.reduce((sum, points) => sum + points, 0) / 100;
}

function groupOf(node: JsonNode, key: "positive" | "negative", name: string): GroupDraft[] {
  const list = childOf(node, key);
  if (list.value === undefined || (Array.isArray(list.value) && list.value.length === 0)) return [];
  const sign = key === "positive" ? 1 : -1;
  const rules = itemsOf(node, key).flatMap((attribute, index) =>
    importAttribute(attribute, { id: `${key}-${index + 1}`, sign }),
  );
  return [{ path: list.path, name, side: "fit", rules }];
}

function importAttribute(
  node: JsonNode,
  { id, sign }: { readonly id: string; readonly sign: number },
): RuleDraft[] {
  const read = readNode(node, attributeShape);
  if (read === null) return [];
  const where = importFilters(node);
  if (where === null) {
    leaveOut(node, `its criteria cannot all be said here: its ${read.points} points are left out`);
    return [];
  }
  const points = sign < 0 ? -Math.abs(read.points) : read.points;
  return [
    { path: node.path, fields: { id, ...(read.name !== undefined && { name: read.name }), where, points } },
  ];
}

/** Filters all hold; a list of lists holds where one of its lists does. */
function importFilters(node: JsonNode): Condition | null {
  const entries = itemsOf(node, "filters");
  if (entries.length === 0) return leaveOut(childOf(node, "filters"), "has no filters");
  if (!entries.some(({ value }) => Array.isArray(value)))
    return joined(entries.map(importScorePropertyFilter), "all");
  return joined(entries.map(importBranch), "any");
}

function importBranch(node: JsonNode): Condition | null {
  if (!Array.isArray(node.value)) return importScorePropertyFilter(node);
  const filters: readonly unknown[] = node.value;
  const parts = filters.map((value, index) =>
    importScorePropertyFilter({ ...node, value, path: [...node.path, index] }),
  );
  return joined(parts, "all");
}

function joined(parts: readonly (Condition | null)[], how: "all" | "any"): Condition | null {
  const sayable = parts.filter((part) => part !== null);
  const [first] = sayable;
  if (first === undefined || sayable.length < parts.length) return null;
  if (sayable.length === 1) return first;
  return how === "all" ? { all: sayable } : { any: sayable };
}
