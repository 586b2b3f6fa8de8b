import { z } from "zod";
import type { Condition, PropertyCondition } from "../scoring/condition-schema.ts";
import { acceptsIncludeUnknown } from "../scoring/operators.ts";
import { importOperation } from "./import-operation.ts";
import { childOf, itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

/** Gives a property the name under which it is read here. */
export type NameProperty = (hubSpotName: string) => string;

/** Returns the condition that an operation puts on a property, or `null`, noted. */
export function importLeaf(property: string, operation: JsonNode): PropertyCondition | null {
  const test = importOperation(operation);
  if (test === null) return null;
  const included = childOf(operation, "includeObjectsWithNoValueSet");
  if (included.value !== true) return { property, ...test };
  if (acceptsIncludeUnknown(test.operator)) return { property, ...test, includeUnknown: true };
  included.report.note(included.path, `has no meaning here beside ${test.operator}: left out`);
  return { property, ...test };
}

/** Returns a composite or single condition, or `null`, noted, where a part of it cannot be said. */
export function importCondition(node: JsonNode, nameOf: NameProperty): Condition | null {
  if (childOf(node, "type").value === "SINGLE") return importSingle(node, nameOf);
  const shape = z.object({ type: z.string(), operator: z.enum(["AND", "OR"]), conditions: z.unknown() });
  const read = readNode(node, shape);
  if (read === null) return null;
  const parts = itemsOf(node, "conditions").map((part) => importCondition(part, nameOf));
  const sayable = parts.filter((part) => part !== null);
  if (sayable.length < parts.length) return null;
  const [only] = sayable;
  if (only === undefined) return leaveOut(node, "has no conditions");
  if (sayable.length === 1) return only;
  return read.operator === "AND" ? { all: sayable } : { any: sayable };
}

function importSingle(node: JsonNode, nameOf: NameProperty): Condition | null {
  const shape = z.object({ type: z.string(), property: z.string(), operation: z.unknown() });
  const read = readNode(node, shape);
  return read && importLeaf(nameOf(read.property), childOf(node, "operation"));
}

/** Returns the condition of `associationFilters` (all must hold), `undefined` for none, or `null`, noted. */
export function importAssociationFilters(node: JsonNode): Condition | undefined | null {
  if (readNode(node, z.object({ propertyFilters: z.unknown() })) === null) return null;
  const filters = itemsOf(node, "propertyFilters").map(importPropertyFilter);
  const sayable = filters.filter((filter) => filter !== null);
  if (sayable.length < filters.length) return null;
  return sayable.length > 1 ? { all: sayable } : sayable[0];
}

function importPropertyFilter(node: JsonNode): PropertyCondition | null {
  const shape = z.object({ filterType: z.string(), property: z.string(), operation: z.unknown() });
  const read = readNode(node, shape);
  if (read === null) return null;
  if (read.filterType !== "PROPERTY") return leaveOut(node, `no filter here is a ${read.filterType} filter`);
  return importLeaf(read.property, childOf(node, "operation"));
}
