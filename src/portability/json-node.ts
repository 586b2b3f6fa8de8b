import type { z } from "zod";
import { asList, asObject, isObject } from "../scoring/soft-read.ts";
import type { Path, Report } from "./report.ts";

/** A part of a source document, where it stands, and the report of what is left out of it. */
export type JsonNode = { readonly value: unknown; readonly path: Path; readonly report: Report };

/** Returns the part of `node` under one of its own keys. */
export function childOf(node: JsonNode, key: string): JsonNode {
  const own = asObject(node.value);
  const value = Object.hasOwn(own, key) ? own[key] : undefined;
  return { ...node, value, path: [...node.path, key] };
}

/** Returns the entries of the list under one of the node's keys; none where it is no list, which is noted. */
export function itemsOf(node: JsonNode, key: string): JsonNode[] {
  const list = childOf(node, key);
  if (!Array.isArray(list.value)) list.report.note(list.path, "must be a list");
  return asList(list.value).map((value, index) => ({ ...node, value, path: [...list.path, index] }));
}

/** Notes something about a node and returns `null`, for what cannot be read. */
export function leaveOut(node: JsonNode, message: string): null {
  node.report.note(node.path, message);
  return null;
}

/**
 * Returns a node's fields as the shape reads them, `null` ones as absent. Keys that the shape does not name are noted
 * as left out; where a field is wrong that is noted and `null` returned.
 */
export function readNode<Shape extends z.ZodRawShape>(
  node: JsonNode,
  shape: z.ZodObject<Shape>,
): z.output<z.ZodObject<Shape>> | null {
  if (!isObject(node.value)) return leaveOut(node, "must be an object");
  const present = Object.entries(node.value).filter(([, value]) => value !== null && value !== undefined);
  for (const [key] of present) {
    if (!Object.hasOwn(shape.shape, key))
      node.report.note([...node.path, key], "is not known here: left out");
  }
  const parsed = shape.safeParse(Object.fromEntries(present), { jitless: true });
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    node.report.note(
      [...node.path, ...path.map((step) => (typeof step === "number" ? step : String(step)))],
      message,
    );
  }
  return null;
}
