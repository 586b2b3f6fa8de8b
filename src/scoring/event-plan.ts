import type { EventTally } from "./event-tally.ts";
import { holdingIn, type Sheet } from "./property-sheet.ts";
import type { EngagementEvent } from "./record.ts";

/** The rules that count one type of event. */
export type EventPlan = {
  /** Those that verdicts on the event's texts decide, whenever asked. */
  readonly judged: Judged;
  /** Those that must be asked about each event at each instant. */
  readonly others: readonly EventTally[];
};

type Judged = {
  readonly tallies: readonly EventTally[];
  readonly sheets: readonly Sheet[];
  /** The rules that an event passes, by the verdicts of all sheets side by side; filled as they occur. */
  readonly passing: (readonly EventTally[] | undefined)[];
};

const MOST_VERDICTS = 10;

/** Returns the plan of the rules of one type of event, whose conditions have these sheets. */
export function planEvents(tallies: readonly EventTally[], sheets: readonly Sheet[]): EventPlan {
  const bits = sheets.reduce((sum, sheet) => sum + sheet.judges.length, 0);
  const isJudged = ({ judged }: EventTally) => judged && bits <= MOST_VERDICTS;
  const judged = {
    tallies: tallies.filter(isJudged),
    sheets: bits <= MOST_VERDICTS ? sheets : [],
    passing: new Array<readonly EventTally[] | undefined>(bits <= MOST_VERDICTS ? 1 << bits : 1),
  };
  return { judged, others: tallies.filter((tally) => !isJudged(tally)) };
}

/** Returns the judged rules whose tests an event passes. */
export function passedRules(judged: Judged, event: EngagementEvent): readonly EventTally[] {
  const { sheets, passing } = judged;
  let verdicts = 0;
  for (const sheet of sheets)
    verdicts = (verdicts << sheet.judges.length) | holdingIn(sheet, event.properties);
  const known = passing[verdicts];
  if (known !== undefined) return known;
  const passed = judged.tallies.filter(({ test }) => test === null || test(event, event.occurredAt));
  passing[verdicts] = passed;
  return passed;
}
