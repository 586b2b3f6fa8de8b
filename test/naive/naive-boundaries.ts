import { holds, textOf } from "./naive-conditions.ts";
import { isInScope, sidesOf } from "./naive-evaluator.ts";
import { DAY, instantOf, readDate, startOfUnit } from "./naive-instants.ts";
import {
  associatedOf,
  associatedRecords,
  distinctEvents,
  exists,
  type Moment,
  matchesRule,
  resetsOf,
} from "./naive-rules.ts";
import type {
  RawAdjustment,
  RawAssociated,
  RawCondition,
  RawEvent,
  RawGroup,
  RawLeaf,
  RawRule,
  RawSubject,
} from "./raw-documents.ts";

/** All instants (ms) after `at` where time alone may change a record's score, sorted; calendar units until `horizon`. */
export function boundariesOf(
  moment: Moment,
  horizon: number,
  adjustments: readonly RawAdjustment[] = [],
): readonly number[] {
  if (!isInScope(moment)) return [];
  const found = [...resetsOf(moment)];
  for (const { side, from, until } of adjustments) {
    if (sidesOf(moment.definition).includes(side)) found.push(from, until ?? from);
  }
  for (const group of moment.definition.groups) {
    for (const rule of group.rules) {
      if (rule.enabled !== false) found.push(...ruleBoundaries(rule, { group, moment, horizon }));
    }
  }
  return [...new Set(found)].filter((instant) => instant > moment.at).toSorted((a, b) => a - b);
}

type Place = { readonly group: RawGroup; readonly moment: Moment; readonly horizon: number };

function ruleBoundaries(rule: RawRule, place: Place): readonly number[] {
  const { definition, record } = place.moment;
  const associated = associatedOf(rule, definition);
  const subjects: readonly RawSubject[] =
    associated === undefined ? [record] : associatedRecords(record, associated);
  return subjects.flatMap((subject) => {
    const filter = conditionBoundaries(associated?.where, subject);
    const own =
      rule.event === undefined
        ? conditionBoundaries(rule.where, subject)
        : eventBoundaries({ rule, subject, associated }, place);
    return [...filter, ...own];
  });
}

type Reader = {
  readonly rule: RawRule;
  readonly subject: RawSubject;
  readonly associated: RawAssociated | undefined;
};

function eventBoundaries(reader: Reader, place: Place): readonly number[] {
  const { rule, subject } = reader;
  const events = distinctEvents(subject.events).filter(({ type }) => type === rule.event);
  const found = events.flatMap((event) => boundariesOfEvent(event, reader, place));
  const { moment, horizon } = place;
  if (rule.within === undefined || !("calendar" in rule.within)) return found;
  if (!events.some((event) => mayExist(event, moment))) return found;
  for (let step = 1; ; step += 1) {
    const end = startOfUnit(moment.at, rule.within.unit, step, moment.zone);
    found.push(end);
    if (end > horizon) return found;
  }
}

/** Whether an event exists now or later, as far as the resets up to now tell. */
function mayExist(event: RawEvent, moment: Moment): boolean {
  const t = instantOf(event.occurredAt);
  return !resetsOf(moment).some((reset) => t <= reset && reset <= moment.at);
}

function boundariesOfEvent(event: RawEvent, reader: Reader, place: Place): readonly number[] {
  const { rule, subject, associated } = reader;
  const occurredAt = instantOf(event.occurredAt);
  const steps = [occurredAt];
  if (rule.within !== undefined && "lastDays" in rule.within) {
    steps.push(occurredAt + rule.within.lastDays * DAY);
  }
  const { decay } = place.group;
  if (decay !== undefined && rule.frequency === undefined) {
    for (let k = 1; k <= Math.ceil(100 / decay.percent); k += 1) {
      steps.push(occurredAt + k * decay.everyDays * DAY);
    }
  }
  const open = rule.within !== undefined && "calendar" in rule.within ? withoutTimeframe(rule) : rule;
  const counts = (at: number): boolean => {
    const moment = { ...place.moment, at };
    const read = at === occurredAt ? open : rule;
    return holds(associated?.where, subject, at) && matchesRule(event, read, moment);
  };
  const reading = conditionBoundaries(rule.where, { properties: event.properties ?? {} });
  return [
    ...steps.filter((step) => step > place.moment.at && (counts(step) || counts(step - 1))),
    ...reading.filter((step) => exists(event, { ...place.moment, at: step })),
  ];
}

/** The rule whatever the calendar says: an event of the future comes in when it happens. */
function withoutTimeframe({ within, ...rule }: RawRule): RawRule {
  return rule;
}

type Changing = Omit<RawSubject, "object" | "id">;

function conditionBoundaries(condition: RawCondition | undefined, subject: Changing): readonly number[] {
  if (condition === undefined || "lists" in condition) return [];
  if ("all" in condition) return condition.all.flatMap((part) => conditionBoundaries(part, subject));
  if ("any" in condition) return condition.any.flatMap((part) => conditionBoundaries(part, subject));
  if ("not" in condition) return conditionBoundaries(condition.not, subject);
  const { operator } = condition;
  if (operator.startsWith("HAS_") || operator.includes("UPDATED")) return changes(condition, subject);
  const text = textOf(subject.properties, condition.property);
  const date = text === null ? null : readDate(text);
  if (date === null || !operator.includes("_X_DAYS_")) return [];
  const span = Number(condition.values?.[0]) * DAY;
  return operator.endsWith("AGO") ? [date, date + span] : [date - span + 1, date + 1];
}

function changes(leaf: RawLeaf, subject: Changing): readonly number[] {
  const history = subject.history ?? {};
  if (!Object.hasOwn(history, leaf.property)) return [];
  const entries = (history[leaf.property] ?? [])
    .map(({ timestamp }) => instantOf(timestamp))
    .toSorted((a, b) => a - b);
  if (leaf.operator.startsWith("HAS_")) return entries;
  const span = Number(leaf.values?.[0]) * DAY;
  const ends = entries.map((entry, index) => {
    const next = entries[index + 1];
    return next === undefined || entry + span <= next ? entry + span : entry;
  });
  return [...entries, ...ends];
}
