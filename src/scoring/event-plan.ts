import type { EventTally } from "./event-tally.ts";
import { holdingIn, type Sheet, verdictsOn } from "./property-sheet.ts";
import type { EngagementEvent, EventCursor, EventKind } from "./record.ts";

/** The rules that count one type of event. */
export type EventPlan = {
  /** Those that verdicts on the event's texts decide, whenever asked. */
  readonly judged: Judged;
  /** Those that must be asked about each event at each instant. */
  readonly others: readonly EventTally[];
  /** Whether an event's time and the verdicts on its texts are all that the rules read. */
  readonly isPlain: boolean;
};

type Judged = {
  readonly tallies: readonly EventTally[];
  readonly sheets: readonly Sheet[];
  /** The rules that an event passes, by the verdicts of all sheets side by side; filled as they occur. */
  readonly passing: (readonly EventTally[] | undefined)[];
};

/** A plan for events of one kind; each sheet with its property's place among the kind's names, -1 where it lacks it. */
export type EventRoute = {
  readonly plan: EventPlan;
  readonly reads: readonly { readonly sheet: Sheet; readonly place: number }[];
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
  const others = tallies.filter((tally) => !isJudged(tally));
  return { judged, others, isPlain: tallies.every((tally) => isJudged(tally) && tally.values === null) };
}

/** Returns the plan as it applies to one kind of its type's events. */
export function routeKind(plan: EventPlan, { names }: EventKind): EventRoute {
  const reads = plan.judged.sheets.map((sheet) => ({ sheet, place: names.indexOf(sheet.property) }));
  return { plan, reads };
}

/** Returns the judged rules whose tests an event passes. */
export function passedRules(judged: Judged, event: EngagementEvent): readonly EventTally[] {
  let verdicts = 0;
  for (const sheet of judged.sheets)
    verdicts = (verdicts << sheet.judges.length) | holdingIn(sheet, event.properties);
  return judged.passing[verdicts] ?? tryRules(judged, verdicts, event);
}

/** Returns the same for the event that a cursor stands on. */
export function passedRulesAt({ plan, reads }: EventRoute, cursor: EventCursor): readonly EventTally[] {
  let verdicts = 0;
  for (const { sheet, place } of reads) {
    const text = place < 0 ? null : cursor.textAt(place);
    verdicts = (verdicts << sheet.judges.length) | verdictsOn(sheet, text);
  }
  return plan.judged.passing[verdicts] ?? tryRules(plan.judged, verdicts, cursor.event());
}

function tryRules(judged: Judged, verdicts: number, event: EngagementEvent): readonly EventTally[] {
  const passed = judged.tallies.filter(({ test }) => test === null || test(event, event.occurredAt));
  judged.passing[verdicts] = passed;
  return passed;
}
