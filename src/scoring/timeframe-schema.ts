import { z } from "zod";
import { readIsoDate } from "./instant.ts";
import { checked } from "./schema-fields.ts";
import { asObject } from "./soft-read.ts";

const isoDate = z.string().refine((text) => readIsoDate(text) !== null, { error: "must be an ISO date" });

const lastDays = z.strictObject({ lastDays: z.int().min(1).max(36_500) });

const between = checked(z.strictObject({ from: isoDate.optional(), to: isoDate.optional() }), (value) => {
  const { from, to } = asObject(value);
  if (from === undefined && to === undefined) return [{ path: [], message: "needs from, to or both" }];
  if (typeof from !== "string" || typeof to !== "string") return [];
  const start = readIsoDate(from)?.time ?? 0;
  const end = readIsoDate(to)?.time ?? Number.POSITIVE_INFINITY;
  return start < end ? [] : [{ path: ["from"], message: "must be before to" }];
});

const calendar = z.strictObject({
  calendar: z.enum(["THIS", "LAST"]),
  unit: z.enum(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]),
});

/** The timeframe of an event rule, in exactly one of its three forms. */
export const timeframe = z.union([lastDays, calendar, between], {
  error: "must have exactly one form: lastDays, calendar with unit, or from and to",
});

/** A checked timeframe. */
export type Timeframe = z.output<typeof timeframe>;

/** A unit of the calendar. */
export type CalendarUnit = z.output<typeof calendar>["unit"];
