import { holds, optionsOf, plain, textOf } from "./naive-conditions.ts";
import { DAY, instantOf, isWithin } from "./naive-instants.ts";
import { divide, units } from "./naive-points.ts";
import type {
  RawAssociated,
  RawAssociation,
  RawCondition,
  RawDefinition,
  RawEvent,
  RawFrequencyRange,
  RawGroup,
  RawProperties,
  RawRecord,
  RawRule,
  RawValues,
} from "./raw-documents.ts";

/** What a rule is evaluated against: one document, record, instant (ms) and zone. */
export type Moment = {
  readonly definition: RawDefinition;
  readonly record: RawRecord;
  readonly at: number;
  readonly zone: string;
};

/** What one record gives a rule; `meets` where the record meets the rule's criteria. */
export type Share = { readonly points: bigint; readonly matches: number; readonly meets: boolean };

const NOTHING: Share = { points: 0n, matches: 0, meets: false };

/** The resets (ms) of the record for the score; a fit score has none. */
export function resetsOf({ definition, record }: Pick<Moment, "definition" | "record">): readonly number[] {
  const resets = record.resets ?? {};
  if (definition.type === "fit" || !Object.hasOwn(resets, definition.name)) return [];
  return [resets[definition.name] ?? []].flat().map(instantOf);
}

/** The newest reset up to `at` (ms), minus infinity without one. */
export function newestReset(moment: Moment): number {
  return Math.max(...resetsOf(moment).filter((reset) => reset <= moment.at));
}

/** Each event of a record once. */
export function distinctEvents(events: readonly RawEvent[] | undefined): readonly RawEvent[] {
  return [...new Map((events ?? []).map((event) => [event.id, event])).values()];
}

/** Whether an event exists at the moment. */
export function exists(event: RawEvent, moment: Moment): boolean {
  const t = instantOf(event.occurredAt);
  return t <= moment.at && t > newestReset(moment);
}

/** The keys of `values` that a record's or an event's property holds. */
function heldKeys(values: RawValues, properties: RawProperties | undefined): readonly string[] {
  const text = textOf(properties, values.property);
  if (text === null) return [];
  const match = values.match ?? "equals";
  return Object.keys(values.points).filter((key) => {
    if (match === "contains") return plain(text).includes(plain(key));
    if (match === "starts_with") return plain(text).startsWith(plain(key));
    return optionsOf(text).has(plain(key));
  });
}

/** Whether an event counts for a rule at the moment. */
export function matchesRule(event: RawEvent, rule: RawRule, moment: Moment): boolean {
  return (
    event.type === rule.event &&
    exists(event, moment) &&
    isWithin(instantOf(event.occurredAt), rule.within, moment.at, moment.zone) &&
    holds(rule.where, { properties: event.properties ?? {} }, moment.at) &&
    (rule.values === undefined || heldKeys(rule.values, event.properties).length > 0)
  );
}

/** What is left of an event's points at the moment. */
function decayed(original: number, event: RawEvent, group: RawGroup, at: number): bigint {
  if (group.decay === undefined) return units(original);
  const { percent, everyDays } = group.decay;
  const steps = Math.floor((at - instantOf(event.occurredAt)) / (everyDays * DAY));
  return (units(original) * BigInt(Math.max(0, 100 - percent * steps))) / 100n;
}

function hasSeveralOptions(condition: RawCondition | undefined): boolean {
  if (condition === undefined || "not" in condition || "lists" in condition) return false;
  if ("all" in condition) return condition.all.some(hasSeveralOptions);
  if ("any" in condition) return condition.any.some(hasSeveralOptions);
  return condition.operator === "IS_ANY_OF" && new Set((condition.values ?? []).map(plain)).size > 1;
}

function countOf(rule: RawRule): "every" | "once" {
  if (rule.count !== undefined) return rule.count;
  return rule.values !== undefined || hasSeveralOptions(rule.where) ? "once" : "every";
}

/** The points of one value (or of the rule) from the events that hold it. */
function pointsFrom(original: number, events: readonly RawEvent[], rule: RawRule, place: Place): bigint {
  const sorted = events.toSorted((a, b) => instantOf(b.occurredAt) - instantOf(a.occurredAt));
  const counting = countOf(rule) === "once" ? sorted.slice(0, 1) : sorted;
  let sum = 0n;
  for (const event of counting) sum += decayed(original, event, place.group, place.moment.at);
  return sum;
}

type Place = { readonly group: RawGroup; readonly moment: Moment };

/** What one record's events give an event rule. */
function eventShare(rule: RawRule, events: readonly RawEvent[] | undefined, place: Place): Share {
  const matching = distinctEvents(events).filter((event) => matchesRule(event, rule, place.moment));
  const matches = matching.length;
  if (rule.frequency !== undefined) return frequencyShare(rule.frequency, matches);
  const { values } = rule;
  if (values === undefined) {
    return { points: pointsFrom(rule.points ?? 0, matching, rule, place), matches, meets: matches > 0 };
  }
  let points = 0n;
  for (const [key, original] of Object.entries(values.points)) {
    const holding = matching.filter((event) => heldKeys(values, event.properties).includes(key));
    points += pointsFrom(original, holding, rule, place);
  }
  return { points, matches, meets: matches > 0 };
}

function frequencyShare(ranges: readonly RawFrequencyRange[], matches: number): Share {
  for (const range of ranges) {
    const inRange = range.from <= matches && matches <= (range.to ?? Number.POSITIVE_INFINITY);
    if (inRange) return { points: units(range.points), matches, meets: true };
  }
  return { points: 0n, matches, meets: false };
}

/** What one record's own properties, history and lists give a property rule. */
function propertyShare(rule: RawRule, subject: RawRecord | RawAssociation, at: number): Share {
  if (!holds(rule.where, subject, at)) return NOTHING;
  if (rule.values === undefined) return { points: units(rule.points ?? 0), matches: 1, meets: true };
  const keys = heldKeys(rule.values, subject.properties);
  if (keys.length === 0) return { points: units(rule.values.otherwise ?? 0), matches: 0, meets: false };
  let points = 0n;
  for (const key of keys) points += units(rule.values.points[key] ?? 0);
  return { points, matches: 1, meets: true };
}

/** The associated records of an object type and label, each once. */
export function associatedRecords(record: RawRecord, { object, label }: RawAssociated): RawAssociation[] {
  const found = new Map<string, RawAssociation>();
  for (const entry of record.associations ?? []) {
    if (entry.object !== object) continue;
    const labels = [...(found.get(entry.id)?.labels ?? []), ...(entry.labels ?? [])];
    found.set(entry.id, { ...entry, labels });
  }
  return [...found.values()].filter(({ labels }) => label === undefined || (labels ?? []).includes(label));
}

/** The `associated` in force for a rule. */
export function associatedOf(rule: RawRule, definition: RawDefinition): RawAssociated | undefined {
  return rule.associated ?? (rule.event === undefined ? undefined : definition.associated);
}

function aggregate(shares: readonly Share[], how: RawAssociated["aggregate"]): bigint {
  if (shares.length === 0) return 0n;
  const all = shares.map(({ points }) => points);
  const sorted = all.toSorted((a, b) => Number(a - b));
  if (how === "min") return sorted.at(0) ?? 0n;
  if (how === "max") return sorted.at(-1) ?? 0n;
  const sum = all.reduce((a, b) => a + b);
  return how === "average" ? divide(sum, BigInt(all.length)) : sum;
}

/** A rule's points before its limit, and its matches. */
export function ruleShare(rule: RawRule, place: Place): Pick<Share, "points" | "matches"> {
  if (rule.enabled === false) return NOTHING;
  const { definition, record, at } = place.moment;
  const share = (subject: RawRecord | RawAssociation): Share =>
    rule.event === undefined ? propertyShare(rule, subject, at) : eventShare(rule, subject.events, place);
  const associated = associatedOf(rule, definition);
  if (associated === undefined) return share(record);
  const meeting = associatedRecords(record, associated)
    .filter((other) => holds(associated.where, other, at))
    .map(share)
    .filter(({ meets }) => meets);
  return { points: aggregate(meeting, associated.aggregate), matches: meeting.length };
}
