import { z } from "zod";
import { importCondition } from "./import-condition.ts";
import { importMatch } from "./import-match.ts";
import { childOf, itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";
import type { CalculationSide, Scoring } from "./scoring-draft.ts";

const typed = { type: z.string(), id: z.string().optional() };

/** Returns what a calculation on one event or record scores, each part a rule; parts that cannot be said are noted. */
export function importCalculation(node: JsonNode, side: CalculationSide): readonly Scoring[] {
  switch (childOf(node, "type").value) {
    case "CONSTANT":
      return importConstant(node);
    case "CONDITIONAL":
      return importConditional(node, side);
    case "MATCH":
      return importMatch(node, side);
    case "SEGMENT_MEMBERSHIP":
      return importSegments(node);
    case "MULTI":
      return importSeveral(node, side);
    default:
      leaveOut(childOf(node, "type"), "is no calculation known here: left out");
      return [];
  }
}

function importConstant(node: JsonNode): Scoring[] {
  const read = readNode(node, z.object({ ...typed, value: z.number() }));
  return read === null ? [] : [{ path: node.path, points: read.value }];
}

function importConditional(node: JsonNode, { nameOf }: CalculationSide): Scoring[] {
  const read = readNode(node, z.object({ ...typed, value: z.number(), whereCondition: z.unknown() }));
  if (read === null) return [];
  const where = importCondition(childOf(node, "whereCondition"), nameOf);
  if (where !== null) return [{ path: node.path, where, points: read.value }];
  node.report.note(node.path, `its condition cannot be said here: its ${read.value} points are left out`);
  return [];
}

const MEMBERSHIP = {
  HAS_AT_LEAST_ONE_SEGMENT_MEMBERSHIP: "any",
  HAS_ALL_SEGMENT_MEMBERSHIP: "all",
  HAS_NO_SEGMENT_MEMBERSHIP: "none",
} as const;

const segmentRule = z.object({
  operation: z.enum([
    "HAS_AT_LEAST_ONE_SEGMENT_MEMBERSHIP",
    "HAS_ALL_SEGMENT_MEMBERSHIP",
    "HAS_NO_SEGMENT_MEMBERSHIP",
  ]),
  segmentIds: z.array(z.union([z.string(), z.number()]).transform(String)),
  value: z.number(),
});

function importSegments(node: JsonNode): Scoring[] {
  if (readNode(node, z.object({ ...typed, segmentMembershipRules: z.unknown() })) === null) return [];
  return itemsOf(node, "segmentMembershipRules").flatMap((rule) => {
    const read = readNode(rule, segmentRule);
    if (read === null) return [];
    const where = { lists: read.segmentIds, belongs: MEMBERSHIP[read.operation] };
    return [{ path: rule.path, where, points: read.value }];
  });
}

function importSeveral(node: JsonNode, side: CalculationSide): Scoring[] {
  if (readNode(node, z.object({ ...typed, calculators: z.unknown() })) === null) return [];
  return itemsOf(node, "calculators").flatMap((calculator) => importCalculation(calculator, side));
}
