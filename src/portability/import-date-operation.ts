import { z } from "zod";
import { DAY, utcMidnight } from "../scoring/instant.ts";
import type { Operator } from "../scoring/operators.ts";
import { dateTextOf, lastDateTextOf } from "./date-text.ts";
import { importTimePoint, type TimePoint } from "./import-time-point.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

type DateTest = { readonly operator: Operator; readonly values: readonly (string | number)[] };

const known = {
  operationType: z.string().optional(),
  type: z.string().optional(),
  operator: z.string(),
  includeObjectsWithNoValueSet: z.boolean().default(false),
};
const zoned = { requiresTimeZoneConversion: z.boolean().default(false) };
const millisecond = z.number().int();
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Returns what an operation on a date tests, or `null`, noted, where no operator here says the same. */
export function importDateOperation(type: string, node: JsonNode): DateTest | null {
  switch (type) {
    case "DATE":
      return importDay(node);
    case "DATETIME":
      return importInstant(node);
    case "RANGED_DATE":
      return importRange(node);
    case "TIME_POINT":
      return importPoint(node);
    case "TIME_RANGED":
      return importPoints(node);
    default:
      return leaveOut(node, `no operator here compares as ${type} does`);
  }
}

/** Returns the test that holds between two instants (ms), both included, or outside them. */
function between(operator: string, from: number, to: number, node: JsonNode): DateTest | null {
  if (operator !== "IS_BETWEEN" && operator !== "IS_NOT_BETWEEN") return unsayable(operator, node);
  const [first, last] = [dateTextOf(from), lastDateTextOf(to)];
  return first === null || last === null ? tooFar(node) : { operator, values: [first, last] };
}

function beforeOrAfter(operator: string, time: number, node: JsonNode): DateTest | null {
  if (operator !== "IS_BEFORE" && operator !== "IS_AFTER") return unsayable(operator, node);
  const text = operator === "IS_BEFORE" ? dateTextOf(time) : lastDateTextOf(time);
  return text === null ? tooFar(node) : { operator, values: [text] };
}

function importDay(node: JsonNode): DateTest | null {
  const month = z.union([z.string(), z.number()]);
  const read = readNode(node, z.object({ ...known, day: z.int(), month, year: z.int() }));
  if (read === null) return null;
  const named = MONTHS.indexOf(String(read.month).slice(0, 3).toUpperCase()) + 1;
  const start = utcMidnight(read.year, named || Number(read.month), read.day);
  if (read.operator === "EQUAL") return between("IS_BETWEEN", start, start + DAY - 1, node);
  const isBefore = read.operator === "BEFORE";
  return beforeOrAfter(`IS_${read.operator}`, isBefore ? start : start + DAY - 1, node);
}

function importInstant(node: JsonNode): DateTest | null {
  const read = readNode(node, z.object({ ...known, ...zoned, timestamp: millisecond }));
  if (read === null) return null;
  noteZone(read.requiresTimeZoneConversion, node);
  const { operator, timestamp } = read;
  const dayStart = Math.floor(timestamp / DAY) * DAY;
  if (operator === "IS_EQUAL_TO") return between("IS_BETWEEN", timestamp, timestamp, node);
  if (operator === "IS_BEFORE_DATE") return beforeOrAfter("IS_BEFORE", dayStart, node);
  if (operator === "IS_AFTER_DATE") return beforeOrAfter("IS_AFTER", dayStart + DAY - 1, node);
  return beforeOrAfter(operator, timestamp, node);
}

function importRange(node: JsonNode): DateTest | null {
  const bounds = { lowerBound: millisecond, upperBound: millisecond };
  const read = readNode(node, z.object({ ...known, ...zoned, ...bounds }));
  if (read === null) return null;
  noteZone(read.requiresTimeZoneConversion, node);
  return between(read.operator, read.lowerBound, read.upperBound, node);
}

const endpoint = z.enum(["INCLUSIVE", "EXCLUSIVE"]).optional();

function importPoint(node: JsonNode): DateTest | null {
  const parser = { endpointBehavior: endpoint, propertyParser: z.string().optional() };
  const read = readNode(node, z.object({ ...known, ...parser, timePoint: z.unknown() }));
  const point = read && importTimePoint(childOf(node, "timePoint"));
  if (read === null || point === null || !readsValue(read.propertyParser, node)) return null;
  const isBefore = read.operator === "IS_BEFORE";
  if ("days" in point) return pointDays(read.operator, point.days, node);
  const inclusive = read.endpointBehavior === "INCLUSIVE" ? (isBefore ? 1 : -1) : 0;
  return beforeOrAfter(read.operator, point.time + inclusive, node);
}

/** A moving point `days` away from now: before or after it is more or less than so many days ago or from now. */
function pointDays(operator: string, days: number, node: JsonNode): DateTest | null {
  if (operator === "IS_BEFORE" && days <= 0) return { operator: "IS_MORE_THAN_X_DAYS_AGO", values: [-days] };
  if (operator === "IS_AFTER" && days >= 0)
    return { operator: "IS_MORE_THAN_X_DAYS_FROM_NOW", values: [days] };
  return leaveOut(node, `no operator here says ${operator} ${days} days from now`);
}

function importPoints(node: JsonNode): DateTest | null {
  const behaviours = { lowerBoundEndpointBehavior: endpoint, upperBoundEndpointBehavior: endpoint };
  const points = { lowerBoundTimePoint: z.unknown(), upperBoundTimePoint: z.unknown() };
  const parser = { propertyParser: z.string().optional() };
  const read = readNode(node, z.object({ ...known, ...behaviours, ...points, ...parser }));
  const lower = importTimePoint(childOf(node, "lowerBoundTimePoint"));
  const upper = importTimePoint(childOf(node, "upperBoundTimePoint"));
  if (read === null || lower === null || upper === null) return null;
  if (!readsValue(read.propertyParser, node)) return null;
  if ("time" in lower && "time" in upper) {
    const from = lower.time + (read.lowerBoundEndpointBehavior === "EXCLUSIVE" ? 1 : 0);
    const to = upper.time - (read.upperBoundEndpointBehavior === "EXCLUSIVE" ? 1 : 0);
    return between(read.operator, from, to, node);
  }
  return movingRange(read.operator, [lower, upper], node);
}

function movingRange(operator: string, [lower, upper]: readonly [TimePoint, TimePoint], node: JsonNode) {
  if (operator === "IS_BETWEEN" && "days" in lower && "days" in upper) {
    if (lower.days < 0 && upper.days === 0)
      return { operator: "IS_LESS_THAN_X_DAYS_AGO", values: [-lower.days] } as const;
    if (lower.days === 0 && upper.days > 0)
      return { operator: "IS_LESS_THAN_X_DAYS_FROM_NOW", values: [upper.days] } as const;
  }
  return leaveOut(node, `no operator here says ${operator} for these two points in time`);
}

/** A date can be read by its last update or its anniversary too; here it is read by its value alone. */
function readsValue(parser: string | undefined, node: JsonNode): boolean {
  if (parser === undefined || parser === "VALUE") return true;
  return leaveOut(node, `no operator here reads a date by ${parser}`) !== null;
}

function noteZone(converted: boolean, node: JsonNode): void {
  if (converted) node.report.note(node.path, "is meant in the account's time zone: read as UTC");
}

function unsayable(operator: string, node: JsonNode): null {
  return leaveOut(node, `no operator here says ${operator} of a date`);
}

function tooFar(node: JsonNode): null {
  return leaveOut(node, "is a date outside the years 0 to 9999");
}
