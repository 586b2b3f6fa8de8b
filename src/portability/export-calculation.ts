import type { Condition, ListCondition } from "../scoring/condition-schema.ts";
import type { EventRule, PropertyRule } from "../scoring/score-definition.ts";
import { isAlways } from "./always.ts";
import { exportCondition, type Json } from "./export-condition.ts";
import type { NameProperty } from "./import-condition.ts";
import type { Path, Report } from "./report.ts";

/** A rule of a definition, where it stands there, and the report of what HubSpot cannot say. */
export type PlacedRule<Rule> = { readonly rule: Rule; readonly path: Path; readonly report: Report };

type AnyRule = PlacedRule<EventRule | PropertyRule>;

/** Returns what a rule gives for one event or record as a calculation of HubSpot's, or `null`, noted. */
export function exportCalculation({ rule, path, report }: AnyRule, nameOf: NameProperty): Json | null {
  if (rule.values !== undefined) return exportValues({ rule, path, report }, nameOf);
  const value = rule.points ?? 0;
  const { where } = rule;
  if (where === undefined || isAlways(where)) return { type: "CONSTANT", value };
  if (isListLeaf(where)) return exportLists(where, value, { rule, path, report });
  const whereCondition = exportCondition({ condition: where, path: [...path, "where"], report }, nameOf);
  return whereCondition && { type: "CONDITIONAL", value, whereCondition };
}

const LISTED = {
  equals: { operationType: "ENUMERATION", operator: "IS_ANY_OF" },
  contains: { operationType: "MULTISTRING", operator: "CONTAINS" },
  starts_with: { operationType: "MULTISTRING", operator: "STARTS_WITH" },
} as const;

function exportValues({ rule, path, report }: AnyRule, nameOf: NameProperty): Json | null {
  const { values, where } = rule;
  if (values === undefined) return null;
  if (where !== undefined && !isAlways(where)) {
    report.note([...path, "where"], "HubSpot cannot narrow points by value with a condition");
    return null;
  }
  const matchRules = Object.entries(values.points).map(([key, value]) => ({
    operation: { ...LISTED[values.match], values: [key], includeObjectsWithNoValueSet: false },
    value,
  }));
  const otherwise = "otherwise" in values ? (values.otherwise ?? 0) : 0;
  return {
    ...{ type: "MATCH", property: nameOf(values.property), matchRules },
    ...(otherwise !== 0 && { defaultValue: otherwise }),
  };
}

const MEMBERSHIP = {
  any: "HAS_AT_LEAST_ONE_SEGMENT_MEMBERSHIP",
  all: "HAS_ALL_SEGMENT_MEMBERSHIP",
  none: "HAS_NO_SEGMENT_MEMBERSHIP",
} as const;

function exportLists(where: ListCondition, value: number, { path, report }: AnyRule): Json | null {
  const segmentIds = segmentIdsOf(where.lists);
  if (segmentIds === null) {
    report.note([...path, "where", "lists"], "HubSpot's lists have numbers for ids");
    return null;
  }
  const rule = { operation: MEMBERSHIP[where.belongs], segmentIds, value };
  return { type: "SEGMENT_MEMBERSHIP", segmentMembershipRules: [rule] };
}

/** Returns list ids as the whole numbers that HubSpot's configuration takes, or `null` where one is none. */
export function segmentIdsOf(lists: readonly string[]): number[] | null {
  const ids = lists.map(Number);
  return ids.every((id, index) => Number.isSafeInteger(id) && String(id) === lists[index]) ? ids : null;
}

function isListLeaf(condition: Condition): condition is ListCondition {
  return "lists" in condition;
}
