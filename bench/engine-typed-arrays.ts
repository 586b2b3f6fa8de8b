// The limit of an incremental path: filters decided when an event comes in, what matched kept in typed arrays.
import { compileWhere } from "../src/scoring/condition.ts";
import { newShelf } from "../src/scoring/property-sheet.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";
import { createTally, plainRules } from "./engine-tally.ts";

const DAY = 86_400_000;
const POINT = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Of all contacts: where each one's matches begin, and of each match its time (ms) and the place of its rule. */
type Matches = { readonly begins: Uint32Array; readonly times: Float64Array; readonly rules: Uint8Array };

/** What each contact's properties give (units), and when that next changes (ms). */
type Fits = { readonly units: Float64Array; readonly turns: Float64Array };

type Filters = ReturnType<typeof compileFilters>;

function compileFilters(definition: ScoreDefinition) {
  const { sheetsOf } = newShelf();
  return plainRules(definition).map(({ event, where }, place) => ({
    place,
    event,
    ...compileWhere(where, sheetsOf(event ?? "record")),
  }));
}

/** Decides the filters of all events, as the work of bringing them in would do once for each. */
function matchEvents(records: readonly ScoredRecord[], filters: Filters): Matches {
  const begins = new Uint32Array(records.length + 1);
  const times: number[] = [];
  const rules: number[] = [];
  records.forEach(({ events }, index) => {
    for (const event of events)
      for (const filter of filters) {
        if (filter.event !== event.type || (filter.test && !filter.test(event, AT))) continue;
        times.push(event.occurredAt);
        rules.push(filter.place);
      }
    begins[index + 1] = times.length;
  });
  return { begins, times: Float64Array.from(times), rules: Uint8Array.from(rules) };
}

/** Figures of the groups that the contest's definition has; rules by place. */
function compileWeights({ groups }: ScoreDefinition) {
  const events = groups.flatMap((group) => (group.side === "engagement" ? group.rules : []));
  const decays = groups.flatMap((group) =>
    group.side === "engagement" ? group.rules.map(() => group.decay) : [],
  );
  const ends: number[] = [];
  for (const group of groups)
    if (group.side === "engagement") ends.push((ends.at(-1) ?? 0) + group.rules.length);
  return {
    hundredths: Float64Array.from(events, ({ points = 0 }) => points * 100),
    least: Float64Array.from(events, ({ limit }) => (limit?.min ?? -NEVER) * POINT),
    most: Float64Array.from(events, ({ limit }) => (limit?.max ?? NEVER) * POINT),
    percents: Float64Array.from(decays, (decay) => decay?.percent ?? 0),
    periods: Float64Array.from(decays, (decay) => (decay === undefined ? NEVER : decay.everyDays * DAY)),
    spans: Float64Array.from(events, ({ within }) =>
      within !== undefined && "lastDays" in within ? within.lastDays * DAY : NEVER,
    ),
    groups: groups.flatMap(({ side, limit }, index) =>
      side === "engagement"
        ? [{ end: ends[index] ?? 0, min: (limit?.min ?? -NEVER) * POINT, max: (limit?.max ?? NEVER) * POINT }]
        : [],
    ),
  };
}

type Weights = ReturnType<typeof compileWeights>;

/** Decides the property rules of all contacts, as the work of bringing in a changed property would. */
function decideFits(records: readonly ScoredRecord[], definition: ScoreDefinition, filters: Filters): Fits {
  const tally = createTally(definition);
  const units = new Float64Array(records.length);
  const turns = new Float64Array(records.length).fill(NEVER);
  const ofProperties = filters.filter(({ event }) => event === null);
  records.forEach((record, index) => {
    for (const { place, test, turn } of ofProperties) {
      if (test?.(record, AT)) tally.hold(place);
      if (turn) turns[index] = Math.min(turns[index] as number, turn(record, AT));
    }
    units[index] = (tally.finish().fit ?? 0) * POINT;
  });
  return { units, turns };
}

function limit(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

/** Adds the shares of a contact's matches up by rule and returns when one of them next changes. */
function addMatches(sums: Float64Array, weights: Weights, matches: Matches, index: number): number {
  const { times, rules, begins } = matches;
  const end = begins[index + 1] as number;
  let next = NEVER;
  for (let at = begins[index] as number; at < end; at++)
    next = Math.min(next, addMatch(sums, weights, rules[at] as number, times[at] as number));
  return next;
}

function addMatch(sums: Float64Array, weights: Weights, rule: number, time: number): number {
  if (time > AT) return time;
  const leaves = time + (weights.spans[rule] as number);
  if (leaves <= AT) return NEVER;
  const period = weights.periods[rule] as number;
  const steps = Math.floor((AT - time) / period);
  const left = 100 - (weights.percents[rule] as number) * steps;
  if (left <= 0) return leaves;
  sums[rule] = (sums[rule] as number) + (weights.hundredths[rule] as number) * left;
  return Math.min(leaves, time + (steps + 1) * period);
}

function sumGroups(sums: Float64Array, { groups, least, most }: Weights): number {
  let all = 0;
  let rule = 0;
  for (const group of groups) {
    let points = 0;
    for (; rule < group.end; rule++)
      points += limit(sums[rule] as number, least[rule] as number, most[rule] as number);
    all += limit(points, group.min, group.max);
  }
  return all;
}

function round(units: number): number {
  return units < 0 ? 0 - Math.round(-units / POINT) : Math.round(units / POINT);
}

function labelOf(engagement: number, fit: number): string {
  const first = fit >= 25 ? "A" : fit >= 10 ? "B" : "C";
  return first + (engagement >= 40 ? "1" : engagement >= 20 ? "2" : "3");
}

/** Returns the contestant, its matches decided ahead. */
export function typedArrays(definition: ScoreDefinition, records: readonly ScoredRecord[]): Contestant {
  const filters = compileFilters(definition);
  const matches = matchEvents(records, filters);
  const fits = decideFits(records, definition, filters);
  const weights = compileWeights(definition);
  const sums = new Float64Array(weights.hundredths.length);
  const scoreOne = (index: number): Outcome => {
    sums.fill(0);
    const next = Math.min(addMatches(sums, weights, matches, index), fits.turns[index] as number);
    const engaged = limit(sumGroups(sums, weights), 0, 70 * POINT);
    const fit = round(fits.units[index] as number);
    const engagement = round(engaged);
    return {
      value: round(limit(engaged + (fits.units[index] as number), 0, 100 * POINT)),
      engagement,
      fit,
      threshold: labelOf(engagement, fit),
      validUntil: next === NEVER ? null : next,
    };
  };
  return {
    name: "typed arrays, filters decided at ingest",
    contacts: records.length,
    score: (first, end) => Array.from({ length: end - first }, (_, index) => scoreOne(first + index)),
  };
}
