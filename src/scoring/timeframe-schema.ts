import { z } from "zod";
import { readIsoDate } from "./instant.ts";
import { integer } from "./schema-fields.ts";

const isoDate = z.string().refine((text) => readIsoDate(text) !== null, { error: "must be an ISO date" });

const lastDays = z.strictObject({ lastDays: integer(1, 36_500) });

const between = z
  .strictObject({ from: isoDate.optional(), to: isoDate.optional() })
  .check(({ value, issues }) => {
    const { from, to } = value;
    // Pushed as it is, the issue ends this form, so that another one may be the one meant.
    if (from === undefined && to === undefined) {
      issues.push({ code: "custom", message: "needs from, to or both", input: value });
    }
    if (from === undefined || to === undefined) return;
    const start = readIsoDate(from)?.time ?? 0;
    const end = readIsoDate(to)?.time ?? Number.POSITIVE_INFINITY;
    if (start < end) return;
    issues.push({ code: "custom", path: ["from"], message: "must be before to", input: value });
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
