import { z } from "zod";
import { readIsoDate } from "../scoring/instant.ts";
import { lastInstant } from "../scoring/operands.ts";
import type { Timeframe } from "../scoring/timeframe-schema.ts";
import { dateTextOf } from "./date-text.ts";
import { importOperation, type LeafTest, operationTypeOf } from "./import-operation.ts";
import { importTimePoint } from "./import-time-point.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

const UNITS = z.enum(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]);

const calendarShape = z.object({
  operationType: z.string(),
  operator: z.string(),
  includeObjectsWithNoValueSet: z.boolean().optional(),
  timeUnit: UNITS,
  timeUnitCount: z.int().default(1),
  useFiscalYear: z.boolean().default(false),
  fiscalYearStart: z.string().optional(),
});

const CALENDAR: { readonly [operator: string]: "THIS" | "LAST" } = {
  IN_THIS_TIME_UNIT: "THIS",
  IN_THIS_TIME_UNIT_SO_FAR: "THIS",
  IN_LAST_TIME_UNIT: "LAST",
};

/** Returns the timeframe of an event entry's `eventTimeframe`, or `null`, noted, where none here says the same. */
export function importTimeframe(node: JsonNode): Timeframe | null {
  if (readNode(node, z.object({ eventFilterOperation: z.unknown() })) === null) return null;
  const operation = childOf(node, "eventFilterOperation");
  if (operationTypeOf(operation) === "CALENDAR_DATE") return importCalendar(operation);
  if (operationTypeOf(operation) === "TIME_POINT") {
    const days = daysSince(operation);
    if (days !== null) return { lastDays: days };
  }
  const test = importOperation(operation);
  return test && (timeframeOf(test) ?? leaveOut(operation, `no timeframe here says ${test.operator}`));
}

/** A timeframe after a moving point is one of so many last days: no event lies ahead. */
function daysSince(node: JsonNode): number | null {
  const point = childOf(node, "timePoint");
  const isMoving = childOf(point, "timeType").value === "INDEXED";
  if (childOf(node, "operator").value !== "IS_AFTER" || !isMoving) return null;
  const time = importTimePoint(point);
  return time !== null && "days" in time && time.days < 0 ? -time.days : null;
}

function importCalendar(node: JsonNode): Timeframe | null {
  const read = readNode(node, calendarShape);
  if (read === null) return null;
  const calendar = Object.hasOwn(CALENDAR, read.operator) ? CALENDAR[read.operator] : undefined;
  if (calendar === undefined) return leaveOut(node, `no timeframe here says ${read.operator}`);
  if (read.timeUnitCount !== 1) return leaveOut(node, "no timeframe here spans several calendar units");
  const january = read.fiscalYearStart === undefined || read.fiscalYearStart === "JANUARY";
  if (read.useFiscalYear && !january) return leaveOut(node, "no timeframe here follows a fiscal year");
  return { calendar, unit: read.timeUnit };
}

function timeframeOf({ operator, values = [] }: LeafTest): Timeframe | null {
  const [first, second] = values;
  if (operator === "IS_LESS_THAN_X_DAYS_AGO" && typeof first === "number") return { lastDays: first };
  const start = readIsoDate(String(first));
  const end = readIsoDate(String(second));
  if (operator === "IS_BEFORE" && start !== null) return boundedBy(null, start.time);
  if (operator === "IS_AFTER" && start !== null) return boundedBy(lastInstant(start) + 1, null);
  if (operator !== "IS_BETWEEN" || start === null || end === null) return null;
  return boundedBy(start.time, lastInstant(end) + 1);
}

/** A timeframe holds from its first instant (ms) to just before its last. */
function boundedBy(from: number | null, to: number | null): Timeframe | null {
  const [first, last] = [from, to].map((time) => (time === null ? undefined : dateTextOf(time)));
  if (first === null || last === null) return null;
  return { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) };
}
