import { z } from "zod";
import type { PropertyCondition } from "../scoring/condition-schema.ts";
import { foldText } from "../scoring/text.ts";
import { importLeaf } from "./import-condition.ts";
import { childOf, itemsOf, type JsonNode, readNode } from "./json-node.ts";
import type { CalculationSide, Scoring } from "./scoring-draft.ts";

type Match = { readonly node: JsonNode; readonly leaf: PropertyCondition; readonly points: number };
type Listed = NonNullable<Scoring["values"]>;

const MATCHES = { IS_ANY_OF: "equals", CONTAINS: "contains", STARTS_WITH: "starts_with" } as const;

/**
 * Returns what a MATCH calculation scores: points by listed value where each match rule tests one value alike, else
 * one scoring a match rule, whose points add up where several hold.
 */
export function importMatch(node: JsonNode, side: CalculationSide): readonly Scoring[] {
  const read = readNode(
    node,
    z.object({
      ...{ type: z.string(), id: z.string().optional(), property: z.string(), matchRules: z.unknown() },
      defaultValue: z.number().default(0),
    }),
  );
  if (read === null) return [];
  const property = side.nameOf(read.property);
  const rules = itemsOf(node, "matchRules");
  const matches = rules.flatMap((rule) => importMatchRule(rule, property));
  const listed = listedValues(matches);
  if (listed === null && matches.length > 1) {
    node.report.note(
      node.path,
      "its match rules become rules of their own: where several hold, their points add up",
    );
  }
  if (listed !== null && side.allowsOtherwise && matches.length === rules.length) {
    return [{ path: node.path, values: { property, ...listed, otherwise: read.defaultValue } }];
  }
  const scorings =
    listed === null ? matches.map(scoringOf) : [{ path: node.path, values: { property, ...listed } }];
  if (read.defaultValue === 0) return scorings;
  return [...scorings, ...defaultScoring(node, { matches, rules: rules.length, points: read.defaultValue })];
}

function importMatchRule(rule: JsonNode, property: string): Match[] {
  const read = readNode(rule, z.object({ operation: z.unknown(), value: z.number() }));
  const leaf = read && importLeaf(property, childOf(rule, "operation"));
  return read === null || leaf === null ? [] : [{ node: rule, leaf, points: read.value }];
}

function scoringOf({ node, leaf, points }: Match): Scoring {
  return { path: node.path, where: leaf, points };
}

/** Points by value, or `null` where the match rules are not one value each, all different, of one operator. */
function listedValues(matches: readonly Match[]): Pick<Listed, "match" | "points"> | null {
  const [first] = matches;
  const operator = first?.leaf.operator;
  if (operator !== "IS_ANY_OF" && operator !== "CONTAINS" && operator !== "STARTS_WITH") return null;
  const points = new Map<string, number>();
  const folded = new Set<string>();
  for (const { leaf, points: given } of matches) {
    const [value, ...more] = leaf.values ?? [];
    if (leaf.operator !== operator || leaf.includeUnknown === true || more.length > 0) return null;
    const key = String(value);
    if (folded.has(foldText(key)) || (operator === "IS_ANY_OF" && key.includes(";"))) return null;
    folded.add(foldText(key));
    points.set(key, given);
  }
  return { match: MATCHES[operator], points: Object.fromEntries(points) };
}

type Otherwise = { readonly matches: readonly Match[]; readonly rules: number; readonly points: number };

/** The points of what matches none of the rules: as a rule of its own. */
function defaultScoring(node: JsonNode, { matches, rules, points }: Otherwise): Scoring[] {
  const path = [...node.path, "defaultValue"];
  if (matches.length < rules || rules === 0) {
    node.report.note(path, "rests on match rules that cannot be said here: left out");
    return [];
  }
  return [{ path, where: { not: { any: matches.map(({ leaf }) => leaf) } }, points }];
}
