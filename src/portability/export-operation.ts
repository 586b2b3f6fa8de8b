import type { PropertyCondition } from "../scoring/condition-schema.ts";
import { readIsoDate } from "../scoring/instant.ts";
import { lastInstant, readNumberOperand } from "../scoring/operands.ts";
import { type OperatorKind, operatorKind } from "../scoring/operators.ts";
import type { Path, Report } from "./report.ts";

/** An operation on a property, as HubSpot's configuration writes it. */
export type Operation = { readonly operationType: string; readonly [field: string]: unknown };

type Write = (leaf: PropertyCondition) => Operation | string;

const WRITERS: { readonly [kind in OperatorKind]: Write } = {
  presence: () => ({ operationType: "ALL_PROPERTY" }),
  text: (leaf) => ({ operationType: "MULTISTRING", values: textsOf(leaf) }),
  equality: writeEquality,
  number: ({ values = [] }) => ({ operationType: "NUMBER", value: readNumberOperand(values[0]) }),
  range: writeRange,
  options: (leaf) => ({ operationType: "ENUMERATION", values: textsOf(leaf) }),
  date: writeDate,
  days: (leaf) => ({
    operationType: "ROLLING_DATE_RANGE",
    ...daysOf(leaf),
    requiresTimeZoneConversion: false,
  }),
  history: writeHistory,
  updated: (leaf) => ({ operationType: "ROLLING_PROPERTY_UPDATED", ...daysOf(leaf) }),
};

/** Returns the operation that a condition on one property is in HubSpot, or `null`, noted at `path`. */
export function exportOperation(leaf: PropertyCondition, path: Path, report: Report): Operation | null {
  const kind = operatorKind(leaf.operator);
  const written = kind === undefined ? `no operation says ${leaf.operator}` : WRITERS[kind](leaf);
  if (typeof written === "string") {
    report.note(path, written);
    return null;
  }
  const { operationType, ...fields } = written;
  const includeObjectsWithNoValueSet = leaf.includeUnknown ?? false;
  return { operationType, operator: leaf.operator, ...fields, includeObjectsWithNoValueSet };
}

function textsOf({ values = [] }: PropertyCondition): string[] {
  return values.map(String);
}

function daysOf({ values = [] }: PropertyCondition) {
  return { numberOfDays: readNumberOperand(values[0]) };
}

function writeEquality(leaf: PropertyCondition): Operation | string {
  const { values = [] } = leaf;
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === 0) return { operationType: "MULTISTRING", values: textsOf(leaf) };
  if (values.length === 1) return { operationType: "NUMBER", value: numbers[0] };
  return `HubSpot's ${leaf.operator} takes one number`;
}

function writeRange({ operator, values = [] }: PropertyCondition): Operation | string {
  const [lower, upper] = values.map(readNumberOperand);
  if (lower != null && upper != null) {
    const areWhole = Number.isSafeInteger(lower) && Number.isSafeInteger(upper);
    if (!areWhole) return `HubSpot's ${operator} takes whole numbers`;
    return { operationType: "NUMBER_RANGED", lowerBound: lower, upperBound: upper };
  }
  const [from, to] = values.map((value) => readIsoDate(String(value)));
  if (!from || !to) return `HubSpot's ${operator} takes two numbers or two dates`;
  return {
    operationType: "RANGED_DATE",
    ...{ lowerBound: from.time, upperBound: lastInstant(to), requiresTimeZoneConversion: false },
  };
}

function writeDate({ operator, values = [] }: PropertyCondition): Operation | string {
  const date = readIsoDate(String(values[0]));
  if (date === null) return `${operator} needs a date`;
  const timestamp = operator === "IS_AFTER" ? lastInstant(date) : date.time;
  return { operationType: "DATETIME", timestamp, requiresTimeZoneConversion: false };
}

function writeHistory(leaf: PropertyCondition): Operation | string {
  if (leaf.operator.endsWith("ANY_OF")) return { operationType: "ENUMERATION", values: textsOf(leaf) };
  const [value, ...more] = textsOf(leaf);
  return more.length === 0 ? { operationType: "STRING", value } : `HubSpot's ${leaf.operator} takes one text`;
}
