import { compileSource } from "./associations.ts";
import type { Calendar } from "./calendar.ts";
import { compileWhere } from "./condition.ts";
import type { EventTally, Horizon } from "./event-tally.ts";
import { DAY } from "./instant.ts";
import { compileListedValues } from "./listed-values.ts";
import { toHundredths, toUnits } from "./points.ts";
import type { Sheets } from "./property-sheet.ts";
import { newPool, type RuleTally } from "./rule-tally.ts";
import type { EngagementGroup, EventRule } from "./score-definition.ts";
import { compileTimeframe } from "./timeframe.ts";

/** What the rules of a score share when they are compiled. */
export type Surroundings = {
  readonly calendar: Calendar;
  /** Returns the sheets of a kind of subject. */
  readonly sheetsOf: (kind: string) => Sheets;
  readonly horizon: Horizon;
};

/** Returns the kind of subject that events of a type are. */
export function eventSheets(type: string): string {
  return `event:${type}`;
}

/** Returns a compiled event rule that reports to `rule`. */
export function compileEventRule(
  definition: EventRule,
  decay: EngagementGroup["decay"],
  rule: RuleTally,
  { calendar, sheetsOf, horizon }: Surroundings,
): EventTally {
  const { frequency, associated } = definition;
  const values = compileListedValues(definition.values, toHundredths);
  return {
    rule,
    form: frequency === undefined ? (definition.count ?? "every") : "frequency",
    ...compileWhere(definition.where, sheetsOf(eventSheets(definition.event))),
    window: compileTimeframe(definition.within, calendar),
    hundredths: toHundredths(definition.points ?? 0),
    values,
    ranges: (frequency ?? []).map(({ from, to, points }) => ({
      from,
      to: to ?? Number.POSITIVE_INFINITY,
      units: toUnits(points),
    })),
    percent: decay?.percent ?? 0,
    period: (decay?.everyDays ?? 0) * DAY,
    source: associated === undefined ? null : compileSource(associated, sheetsOf("record")),
    pool: newPool(associated?.aggregate ?? "sum"),
    active: true,
    units: 0,
    matches: 0,
    latest: 0,
    latestOf: new Float64Array(values?.points.length ?? 0),
    horizon,
  };
}
