import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDefinition, type ScoreDefinition } from "../../src/scoring/definition.ts";
import { type CompiledScore, compileScore, type Explanation } from "../../src/scoring/evaluate.ts";
import { DAY } from "../../src/scoring/instant.ts";
import type { EngagementEvent, ScoredRecord } from "../../src/scoring/record.ts";
import { thresholdLabels } from "../../src/scoring/written-properties.ts";
import { instant, START, scoreDocument, scoredRecord } from "./arbitrary-scores.ts";
import { definitionOf } from "./scoring-rows.ts";

const TIME_ZONE = "Europe/Amsterdam";
const compile = (document: unknown) => compileScore(definitionOf(document), { timeZone: TIME_ZONE });

function holdsForAll(law: (score: CompiledScore, record: ScoredRecord, at: number) => void): void {
  fc.assert(
    fc.property(scoreDocument, scoredRecord, instant, (document, record, at) =>
      law(compile(document), record, at),
    ),
    { numRuns: 300 },
  );
}

function withEvents(record: ScoredRecord, change: (events: readonly EngagementEvent[]) => EngagementEvent[]) {
  return {
    ...record,
    events: change(record.events),
    associations: record.associations.map((contact) => ({ ...contact, events: change(contact.events) })),
  };
}

/** The definition with every event rule giving positive points, counted by event, and summed over associated records. */
function withPositivePoints(definition: ScoreDefinition): object {
  const groups = definition.groups.map((group) => {
    if (group.side === "fit") return group;
    const rules = group.rules.map(({ frequency, points, values, associated, ...rule }) => ({
      ...rule,
      ...(values === undefined && { points: Math.abs(points ?? frequency?.[0]?.points ?? 0) || 2 }),
      ...(values && { values: { ...values, points: positive(values.points) } }),
      ...(associated && { associated: { ...associated, aggregate: "sum" } }),
    }));
    return { ...group, rules };
  });
  return { ...definition, groups };
}

function positive(points: { readonly [value: string]: number }): object {
  return Object.fromEntries(Object.entries(points).map(([value, given]) => [value, Math.abs(given) || 2]));
}

describe("laws of scoring", () => {
  test("T26 the order of events, associations and history never matters", () => {
    holdsForAll((score, record, at) => {
      const turned = withEvents(record, (events) => events.toReversed());
      const other = { ...turned, associations: turned.associations.toReversed() };
      expect(score.explain(other, at)).toEqual(score.explain(record, at));
    });
  });

  test("T27 repeated events and associations never matter", () => {
    holdsForAll((score, record, at) => {
      const repeated = withEvents(record, (events) => [...events, ...events.toReversed()]);
      const other = { ...repeated, associations: [...repeated.associations, ...repeated.associations] };
      expect(score.explain(other, at)).toEqual(score.explain(record, at));
    });
  });

  test("the order of rules and groups never matters", () => {
    holdsForAll((score, record, at) => {
      const groups = score.definition.groups.toReversed().map(turnRules);
      const turned = compile({ ...score.definition, groups });
      expect(turned.evaluate(record, at)).toEqual(score.evaluate(record, at));
    });
  });

  test("T83 every limit holds", () => {
    holdsForAll((score, record, at) => {
      const { value, engagement, sides, groups } = score.explain(record, at);
      expect(within(value, -30, 30)).toBe(true);
      expect(within(engagement, -10, 25)).toBe(true);
      expect(within(sides?.fit?.points, -30, 30)).toBe(true);
      score.definition.groups.forEach((group, index) => {
        expect(within(groups?.[index]?.points, group.limit?.min, group.limit?.max)).toBe(true);
      });
    });
  });

  test("T86 the explanation replays to the value", () => {
    holdsForAll((score, record, at) => {
      const told = score.explain(record, at);
      expect(replay(told, score.definition)).toBeCloseTo(told.value ?? Number.NaN, 9);
    });
  });

  test("T87 every value has exactly one label", () => {
    holdsForAll((score, record, at) => {
      const labels = thresholdLabels(score.definition);
      expect(labels.filter((label) => label === score.evaluate(record, at).threshold)).toHaveLength(1);
    });
  });

  test("nothing changes before validUntil", () => {
    fc.assert(
      fc.property(scoreDocument, scoredRecord, instant, fc.array(instant), (document, record, at, others) => {
        const score = compile(document);
        const { validUntil, ...now } = score.evaluate(record, at);
        const looks = [...others, ...others.map((time) => time - 1), (validUntil ?? START + 90 * DAY) - 1];
        for (const look of looks) {
          if (look <= at || (validUntil !== null && look >= validUntil)) continue;
          expect(score.evaluate(record, look)).toMatchObject(now);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("validUntil is an instant at which something happens", () => {
    holdsForAll((score, record, at) => {
      const { validUntil } = score.evaluate(record, at);
      if (validUntil === null) return;
      expect(validUntil).toBeGreaterThan(at);
      expect(boundariesOf(record).has(validUntil) || isLocalMidnight(validUntil)).toBe(true);
    });
  });

  test("T84 with positive points, no frequency and sums, a further match never lowers anything", () => {
    fc.assert(
      fc.property(scoreDocument, scoredRecord, scoredRecord, instant, (document, record, other, at) => {
        const score = compile(withPositivePoints(compile(document).definition));
        const added = other.events.map((event) => ({ ...event, id: `further ${event.id}` }));
        const more = withEvents(record, (events) => [...events, ...added]);
        const [before, after] = [score.explain(record, at), score.explain(more, at)];
        expect(after.value ?? 0).toBeGreaterThanOrEqual(before.value ?? 0);
        expect(after.engagement ?? 0).toBeGreaterThanOrEqual(before.engagement ?? 0);
        before.groups?.forEach((group, index) => {
          expect(after.groups?.[index]?.points).toBeGreaterThanOrEqual(group.points);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("T85 without new events positive points never grow by decay, and end at 0", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 30 }),
        instant,
        (percent, everyDays, at) => {
          const score = compile(decayingScore({ percent, everyDays }));
          const record = formsOf([START - 2 * DAY, at]);
          const values = [0, 1, 7, 30, 3000].map(
            (days) => score.evaluate(record, at + days * DAY).value ?? Number.NaN,
          );
          expect(values).toEqual(values.toSorted((a, b) => b - a));
          expect(values.at(-1)).toBe(0);
        },
      ),
    );
  });

  test("a parsed definition parses to itself", () => {
    fc.assert(
      fc.property(scoreDocument, (document) => {
        const definition = definitionOf(document);
        expect(parseDefinition(JSON.parse(JSON.stringify(definition)))).toEqual({ ok: true, definition });
      }),
    );
  });
});

function turnRules(group: ScoreDefinition["groups"][number]) {
  return { ...group, rules: group.rules.toReversed() };
}

function within(
  points: number | null | undefined,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
) {
  return typeof points === "number" && points >= min && points <= max;
}

function replay({ groups, sides }: Explanation, { decimals, limit, ...definition }: ScoreDefinition): number {
  const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);
  const clamp = (points: number, bounds: { min?: number | undefined; max?: number | undefined } = {}) =>
    Math.min(
      bounds.max ?? Number.POSITIVE_INFINITY,
      Math.max(bounds.min ?? Number.NEGATIVE_INFINITY, points),
    );
  const sideOf = (side: "engagement" | "fit") => {
    const own = (groups ?? []).filter((group) => group.side === side);
    const groupPoints = own.map((group) => {
      const bounds = definition.groups.find(({ name }) => name === group.name)?.limit;
      return clamp(sum(group.rules.map(({ points }) => points)), bounds);
    });
    return clamp(sum(groupPoints) + (sides?.[side]?.adjustments ?? 0), definition.sides?.[side] ?? limit);
  };
  const total = clamp(sideOf("engagement") + sideOf("fit"), limit);
  const scaled = Math.round(Math.abs(total) * 1e4) / 10 ** (4 - decimals);
  return (Math.sign(total) * Math.floor(scaled + 0.5)) / 10 ** decimals + 0;
}

function boundariesOf(record: ScoredRecord): Set<number> {
  const moments = [record, ...record.associations].flatMap(({ events, history, properties }) => [
    ...events.flatMap(({ occurredAt, properties: own }) => [occurredAt, Number(own["due"])]),
    ...Object.values(history).flatMap((entries) => entries.map(({ timestamp }) => timestamp)),
    Number(properties["due"]),
  ]);
  const spans = [...Array(80).keys()].map((days) => days * DAY);
  const dated = moments.flatMap((moment) =>
    spans.flatMap((span) => [moment + span, moment - span + 1, moment + 1]),
  );
  const given = (record.adjustments ?? []).flatMap(({ from, until }) => [from, until ?? from]);
  return new Set([...dated, ...record.resets, ...given]);
}

function isLocalMidnight(time: number): boolean {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: TIME_ZONE, timeStyle: "medium" });
  return time % 1000 === 0 && format.format(time) === "00:00:00";
}

function decayingScore(decay: { readonly percent: number; readonly everyDays: number }) {
  return {
    schema: 1,
    name: "S",
    object: "contact",
    type: "engagement",
    limit: { max: 100 },
    groups: [
      { name: "E", side: "engagement", decay, rules: [{ id: "r", event: "form_submitted", points: 10 }] },
    ],
    property: { name: "s" },
  };
}

function formsOf(times: readonly number[]): ScoredRecord {
  const events = times.map((occurredAt, index) => ({
    id: String(index),
    type: "form_submitted",
    occurredAt,
    properties: {},
  }));
  return {
    object: "contact",
    id: "1",
    properties: {},
    history: {},
    lists: [],
    events,
    associations: [],
    resets: [],
  };
}
