import { z } from "zod";
import { eventPropertyOf, eventTypeOfId } from "./event-type-ids.ts";
import { importCalculation } from "./import-calculation.ts";
import { importTimeframe } from "./import-timeframe.ts";
import { childOf, itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";
import type { RuleDraft } from "./rule-draft.ts";
import type { Scoring } from "./scoring-draft.ts";

const entryShape = z.object({
  id: z.string().optional(),
  eventTypeId: z.string(),
  recordCalculation: z.unknown(),
  eventTimeframe: z.unknown().optional(),
  eventFrequencyCriteria: z.unknown().optional(),
});

/** Returns the event rules of a MULTI_UE calculation, those that can be said here; the others are noted. */
export function importEventCalculation(node: JsonNode): RuleDraft[] {
  const shape = z.object({ type: z.string(), id: z.string().optional(), eventCalculators: z.unknown() });
  if (readNode(node, shape) === null) return [];
  return itemsOf(node, "eventCalculators").flatMap(importEntry);
}

function importEntry(node: JsonNode): RuleDraft[] {
  const read = readNode(node, entryShape);
  if (read === null) return [];
  const event = eventTypeOfId(read.eventTypeId);
  if (event === undefined) {
    leaveOut(childOf(node, "eventTypeId"), "is no event type known here: its points are left out");
    return [];
  }
  const within =
    read.eventTimeframe === undefined ? undefined : importTimeframe(childOf(node, "eventTimeframe"));
  if (within === null) return [];
  const nameOf = (name: string) => eventPropertyOf(event, name);
  const scorings = importCalculation(childOf(node, "recordCalculation"), { nameOf, allowsOtherwise: false });
  const base = { event, ...(within !== undefined && { within }) };
  if (read.eventFrequencyCriteria === undefined) {
    return scorings.map(({ path, ...scoring }) => ({ path, fields: { ...base, ...scoring } }));
  }
  return importFrequency(node, scorings).map((fields) => ({
    path: node.path,
    fields: { ...base, ...fields },
  }));
}

const rangeShape = z.object({
  type: z.enum(["AT_LEAST", "BETWEEN", "EXACTLY"]),
  from: z.int(),
  to: z.int().optional(),
  value: z.number(),
});

type Range = { readonly from: number; readonly to?: number; readonly points: number };

/** The points of ranges of how often, for events that pass the entry's condition; its own points count for nothing. */
function importFrequency(node: JsonNode, scorings: readonly Scoring[]): { [field: string]: unknown }[] {
  const criteria = childOf(node, "eventFrequencyCriteria");
  const [scoring, ...more] = scorings;
  if (scoring === undefined) return [];
  if (more.length > 0 || scoring.points === undefined) {
    leaveOut(criteria, "is counted over several values at once, which no rule here does: left out");
    return [];
  }
  if (scoring.points !== 0) {
    node.report.note(scoring.path, `its ${scoring.points} points give way to those of the frequency`);
  }
  if (readNode(criteria, z.object({ type: z.literal("BETWEEN"), ranges: z.unknown() })) === null) return [];
  const ranges = itemsOf(criteria, "ranges").map(importRange);
  const sayable = ranges.filter((range) => range !== null);
  if (sayable.length < ranges.length) return [];
  const closed = sayable.filter(({ to }) => to !== undefined);
  const open = sayable.filter(({ to }) => to === undefined);
  return [{ ...(scoring.where !== undefined && { where: scoring.where }), frequency: [...closed, ...open] }];
}

function importRange(node: JsonNode): Range | null {
  const read = readNode(node, rangeShape);
  if (read === null) return null;
  const { from, to, value: points } = read;
  if (read.type === "AT_LEAST") return { from, points };
  if (read.type === "EXACTLY") return { from, to: to ?? from, points };
  return to === undefined ? leaveOut(node, "needs to") : { from, to, points };
}
