import { readIsoDate } from "../scoring/instant.ts";
import type { Timeframe } from "../scoring/timeframe-schema.ts";
import type { Json } from "./export-condition.ts";

/** Returns a timeframe as HubSpot's `eventTimeframe`. */
export function exportTimeframe(timeframe: Timeframe): Json {
  return { eventFilterOperation: { ...operationOf(timeframe), includeObjectsWithNoValueSet: false } };
}

function operationOf(timeframe: Timeframe): Json {
  const exact = { requiresTimeZoneConversion: false };
  if ("lastDays" in timeframe) {
    const operator = "IS_LESS_THAN_X_DAYS_AGO";
    return { operationType: "ROLLING_DATE_RANGE", operator, numberOfDays: timeframe.lastDays, ...exact };
  }
  if ("calendar" in timeframe) {
    const operator = timeframe.calendar === "THIS" ? "IN_THIS_TIME_UNIT" : "IN_LAST_TIME_UNIT";
    return { operationType: "CALENDAR_DATE", operator, timeUnit: timeframe.unit, timeUnitCount: 1 };
  }
  const from = timeOf(timeframe.from);
  const to = timeOf(timeframe.to);
  if (from === undefined)
    return { operationType: "DATETIME", operator: "IS_BEFORE", timestamp: to, ...exact };
  if (to === undefined) {
    return { operationType: "DATETIME", operator: "IS_AFTER", timestamp: from - 1, ...exact };
  }
  return {
    ...{ operationType: "RANGED_DATE", operator: "IS_BETWEEN" },
    ...{ lowerBound: from, upperBound: to - 1, ...exact },
  };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readIsoDate(text)?.time;
}
