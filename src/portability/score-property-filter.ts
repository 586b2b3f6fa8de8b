import { z } from "zod";
import type { Condition, PropertyCondition } from "../scoring/condition-schema.ts";
import { OPERATORS, type Operator } from "../scoring/operators.ts";
import { dateTextOf, lastDateTextOf } from "./date-text.ts";
import { importLeaf } from "./import-condition.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

const scalar = z.union([z.string(), z.number(), z.boolean().transform(String)]);
const text = z.union([z.string(), z.number()]).transform(String);

const shape = z.object({
  filterFamily: z.string().optional(),
  filterType: z.string().optional(),
  property: z.string().optional(),
  propertyObjectType: z.string().optional(),
  type: z.string().optional(),
  operator: z.string().optional(),
  operation: z.unknown().optional(),
  value: scalar.optional(),
  values: z.array(scalar).optional(),
  highValue: scalar.optional(),
  withinTimeMode: z.string().optional(),
  withinLastDays: z.number().optional(),
  withinLastTime: z.number().optional(),
  withinLastTimeUnit: z.string().optional(),
  list: text.optional(),
  listId: text.optional(),
});

type Filter = z.output<typeof shape>;

const RENAMED: { readonly [operator: string]: Operator } = {
  EQ: "IS_EQUAL_TO",
  NEQ: "IS_NOT_EQUAL_TO",
  CONTAINS_TOKEN: "CONTAINS",
  NOT_CONTAINS: "DOES_NOT_CONTAIN",
  NOT_CONTAINS_TOKEN: "DOES_NOT_CONTAIN",
  STR_STARTS_WITH: "STARTS_WITH",
  STR_ENDS_WITH: "ENDS_WITH",
  SET_ANY: "IS_ANY_OF",
  IN: "IS_ANY_OF",
  SET_NOT_ANY: "IS_NONE_OF",
  NOT_IN: "IS_NONE_OF",
  SET_ALL: "CONTAINS_ALL",
  SET_NOT_ALL: "DOES_NOT_CONTAIN_ALL",
  SET_EQ: "IS_EXACTLY",
  SET_NEQ: "IS_NOT_EXACTLY",
  GT: "IS_GREATER_THAN",
  GTE: "IS_GREATER_THAN_OR_EQUAL_TO",
  LT: "IS_LESS_THAN",
  LTE: "IS_LESS_THAN_OR_EQUAL_TO",
  BETWEEN: "IS_BETWEEN",
  NOT_BETWEEN: "IS_NOT_BETWEEN",
  HAS_PROPERTY: "IS_KNOWN",
  IS_NOT_EMPTY: "IS_KNOWN",
  NOT_HAS_PROPERTY: "IS_UNKNOWN",
  IS_EMPTY: "IS_UNKNOWN",
  HAS_EVER_BEEN_EQUAL_TO: "HAS_EVER_BEEN_ANY_OF",
  HAS_NEVER_BEEN_EQUAL_TO: "HAS_NEVER_BEEN_ANY_OF",
};

/** Returns the condition of a filter of the retired score property, or `null`, noted, where none here says the same. */
export function importScorePropertyFilter(node: JsonNode): Condition | null {
  const read = readNode(node, shape);
  if (read === null) return null;
  const family = read.filterFamily ?? read.filterType ?? "PropertyValue";
  if (family === "ListMembership" || family === "IN_LIST") return listMembership(read, node);
  if (family !== "PropertyValue" && family !== "PROPERTY") {
    return leaveOut(node, `a ${family} filter is not about the record's properties: no fit rule says it`);
  }
  if (read.property === undefined) return leaveOut(node, "names no property");
  if (read.propertyObjectType !== undefined && read.propertyObjectType !== "CONTACT") {
    return leaveOut(node, `reads a ${read.propertyObjectType}, not the scored record`);
  }
  if (read.operation !== undefined) return importLeaf(read.property, childOf(node, "operation"));
  return propertyFilter(read.property, read, node);
}

function listMembership(read: Filter, node: JsonNode): Condition | null {
  const list = read.listId ?? read.list ?? (read.value === undefined ? undefined : String(read.value));
  if (list === undefined) return leaveOut(node, "names no list");
  return { lists: [list], belongs: read.operator?.startsWith("NOT_") ? "none" : "any" };
}

function propertyFilter(property: string, read: Filter, node: JsonNode): PropertyCondition | null {
  const { operator: name = "EQ" } = read;
  if (name === "WITHIN_TIME") return withinTime(property, read, node);
  const own = OPERATORS.find((operator) => operator === name);
  const operator = own ?? (Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined);
  if (operator === undefined) return leaveOut(node, `no operator here says ${name}`);
  if (operator === "IS_KNOWN" || operator === "IS_UNKNOWN") return { property, operator };
  if (read.type === "date" || read.type === "datetime") return dateFilter({ property, operator, read }, node);
  const values = valuesOf(operator, read);
  if (values.length === 0) return leaveOut(node, `${name} needs a value`);
  const isChoice = read.type === "enumeration" || read.type === "bool";
  return { property, operator: isChoice ? choiceOf(operator) : operator, values };
}

/** Equality with an option of a list of choices is membership here: such a property may hold several. */
function choiceOf(operator: Operator): Operator {
  if (operator === "IS_EQUAL_TO") return "IS_ANY_OF";
  return operator === "IS_NOT_EQUAL_TO" ? "IS_NONE_OF" : operator;
}

function valuesOf(operator: Operator, read: Filter): (string | number)[] {
  const { value, values, highValue } = read;
  if (values !== undefined) return values.map((entry) => typed(entry, read.type));
  if (operator === "IS_BETWEEN" || operator === "IS_NOT_BETWEEN") {
    return [value, highValue].flatMap((bound) => (bound === undefined ? [] : [bound]));
  }
  if (value === undefined) return [];
  const isOne = typeof value === "number" || read.type === "string" || read.type === "number";
  const parts = isOne ? [value] : value.split(";").filter((part) => part.trim() !== "");
  return parts.map((part) => typed(part, read.type));
}

/** Numbers compare as numbers where the property is one, though the old format wrote them as text. */
function typed(value: string | number, type: string | undefined): string | number {
  if (type !== "number") return String(value);
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

type DateFilter = { readonly property: string; readonly operator: Operator; readonly read: Filter };

function dateFilter({ property, operator, read }: DateFilter, node: JsonNode): PropertyCondition | null {
  const day = dateOf(read.value, dateTextOf);
  if (day === null) return leaveOut(node, `${operator} needs a date`);
  switch (operator) {
    case "IS_GREATER_THAN":
    case "IS_AFTER":
      return { property, operator: "IS_AFTER", values: [dateOf(read.value, lastDateTextOf) ?? day] };
    case "IS_LESS_THAN":
    case "IS_BEFORE":
      return { property, operator: "IS_BEFORE", values: [day] };
    case "IS_EQUAL_TO":
      return { property, operator: "IS_BETWEEN", values: [day, day] };
    case "IS_BETWEEN": {
      const last = dateOf(read.highValue, lastDateTextOf);
      return last === null ? leaveOut(node, "needs highValue") : { property, operator, values: [day, last] };
    }
    default:
      return leaveOut(node, `no operator here says ${operator} of a date`);
  }
}

function dateOf(value: string | number | undefined, write: (time: number) => string | null): string | null {
  if (value === undefined) return null;
  const time = Number(value);
  return Number.isInteger(time) ? write(time) : String(value);
}

const DAYS: { readonly [unit: string]: number } = { DAYS: 1, DAY: 1, WEEKS: 7, WEEK: 7 };

function withinTime(property: string, read: Filter, node: JsonNode): PropertyCondition | null {
  const perUnit = DAYS[read.withinLastTimeUnit?.toUpperCase() ?? "DAYS"];
  const days = read.withinLastDays ?? (read.withinLastTime ?? Number.NaN) * (perUnit ?? Number.NaN);
  if (!Number.isInteger(days)) return leaveOut(node, "no operator here counts time but in days");
  const ahead = read.withinTimeMode === "FUTURE";
  return {
    property,
    operator: ahead ? "IS_LESS_THAN_X_DAYS_FROM_NOW" : "IS_LESS_THAN_X_DAYS_AGO",
    values: [days],
  };
}
