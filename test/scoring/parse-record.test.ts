import { describe, expect, test } from "vitest";
import { parseRecord, recordForScore } from "../../src/scoring/parse-record.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const event = { id: "e1", type: "form_submitted", occurredAt: "2026-06-01T12:00:00Z", properties: { n: 1 } };

function faultsOf(record: unknown): string[] {
  const result = parseRecord(record);
  return result.ok ? [] : result.faults.map(({ path }) => path);
}

function recordOf(record: unknown) {
  const result = parseRecord(record);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.record;
}

describe("a record of the file format", () => {
  test("needs its object and id alone", () => {
    expect(recordOf({ object: "contact", id: "1" })).toEqual({
      object: "contact",
      id: "1",
      properties: {},
      history: {},
      lists: [],
      events: [],
      associations: [],
      resets: new Map(),
    });
  });

  test("takes numbers and booleans as their text", () => {
    const { properties } = recordOf({
      object: "contact",
      id: "1",
      properties: { a: 1.5e3, b: true, c: null, d: "x" },
    });
    expect(properties).toEqual({ a: "1500", b: "true", c: null, d: "x" });
  });

  test("keeps a property named __proto__", () => {
    const text =
      '{"object":"contact","id":"1","properties":{"__proto__":5},"history":{"__proto__":[{"value":"a","timestamp":"2026-06-01"}]}}';
    const { properties, history } = recordOf(JSON.parse(text));
    expect(Object.entries(properties)).toEqual([["__proto__", "5"]]);
    expect(Object.keys(history)).toEqual(["__proto__"]);
  });

  test("reads instants as ISO dates or milliseconds", () => {
    const times = ["2026-06-01T14:00:00+02:00", String(NOON), NOON].map(
      (occurredAt) =>
        recordOf({ object: "contact", id: "1", events: [{ ...event, occurredAt }] }).events[0]?.occurredAt,
    );
    expect(times).toEqual([NOON, NOON, NOON]);
  });

  test("holds a repeated event once, and refuses one that differs", () => {
    const record = { object: "contact", id: "1", events: [event, { ...event, properties: { n: "1" } }] };
    expect(recordOf(record).events).toHaveLength(1);
    expect(faultsOf({ ...record, events: [event, { ...event, type: "email_opened" }] })).toEqual([
      "events[1].id",
    ]);
  });

  test("unites the labels of a repeated associated record, and refuses other contents", () => {
    const company = { object: "company", id: "7", labels: ["Primary"], lists: ["1", "2"], events: [event] };
    const again = { ...company, labels: ["Partner"], lists: ["2", "1"] };
    const { associations } = recordOf({ object: "contact", id: "1", associations: [company, again] });
    expect(associations.map(({ labels }) => labels)).toEqual([["Primary", "Partner"]]);
    const other = { ...company, properties: { name: "x" } };
    expect(faultsOf({ object: "contact", id: "1", associations: [company, other] })).toEqual([
      "associations[1].id",
    ]);
  });

  test("gives each score its own resets", () => {
    const record = recordOf({
      object: "contact",
      id: "1",
      resets: { A: "2026-06-01T12:00:00Z", B: [NOON, "2026-06-01T13:00Z"] },
    });
    expect(recordForScore(record, "A").resets).toEqual([NOON]);
    expect(recordForScore(record, "B").resets).toEqual([NOON, NOON + 3_600_000]);
    expect(recordForScore(record, "constructor").resets).toEqual([]);
  });

  test.each([
    ["a list", [], [""]],
    ["no id", { object: "contact" }, ["id"]],
    ["a number as id", { object: "contact", id: 1 }, ["id"]],
    ["a number as list id", { object: "contact", id: "1", lists: ["1", 2] }, ["lists[1]"]],
    ["an object as value", { object: "contact", id: "1", properties: { "a b": {} } }, ['properties["a b"]']],
    [
      "an infinite number",
      { object: "contact", id: "1", properties: JSON.parse('{"a":1e999}') },
      ["properties.a"],
    ],
    [
      "a day that does not exist",
      { object: "contact", id: "1", events: [{ ...event, occurredAt: "2026-02-30" }] },
      ["events[0].occurredAt"],
    ],
    ["a history that is no list", { object: "contact", id: "1", history: { a: {} } }, ["history.a"]],
    [
      "a history without time",
      { object: "contact", id: "1", history: { a: [{ value: "x" }] } },
      ["history.a[0].timestamp"],
    ],
    [
      "a number as label",
      { object: "contact", id: "1", associations: [{ object: "deal", id: "2", labels: [1] }] },
      ["associations[0].labels[0]"],
    ],
    ["a bad reset", { object: "contact", id: "1", resets: { S: ["soon"] } }, ["resets.S[0]"]],
  ])("with %s is refused where it is wrong", (_, record, paths) => {
    expect(faultsOf(record)).toEqual(paths);
  });
});
