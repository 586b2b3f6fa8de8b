import fc from "fast-check";
import { expect, test } from "vitest";
import type { EngagementEvent } from "../../src/scoring/record.ts";
import {
  decodeTimeline,
  encodeTimeline,
  mergeEvents,
  removeEvents,
  sortEvents,
} from "../../src/store/timeline.ts";
import { TimelineError } from "../../src/store/timeline-reading.ts";
import { WELL_KNOWN_STRINGS } from "../../src/store/timeline-strings.ts";

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "__proto__", "constructor", "Ærøskøbing", "0", "", ...WELL_KNOWN_STRINGS),
);
const anyEvent: fc.Arbitrary<EngagementEvent> = fc.record(
  {
    id: anyText,
    type: anyText,
    occurredAt: fc.oneof(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), fc.integer()),
    properties: fc.array(fc.tuple(anyText, fc.option(anyText))).map((entries) => Object.fromEntries(entries)),
  },
  { noNullPrototype: true },
);
const anyEvents = fc.uniqueArray(anyEvent, { selector: (event) => event.id, maxLength: 60 });

const visit = (id: string, occurredAt: number, url = "/pricing"): EngagementEvent => ({
  id,
  type: "page_visited",
  occurredAt,
  properties: { url },
});

test("a timeline gives back every event, by time and id, whatever its words", () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      expect(decodeTimeline(encodeTimeline(events))).toStrictEqual(sortEvents(events));
    }),
  );
});

test("names such as __proto__ are own names, and only those that were stored are there", () => {
  const properties = Object.fromEntries([
    ["__proto__", "a"],
    ["constructor", null],
  ]);
  const [event] = decodeTimeline(encodeTimeline([{ ...visit("1", 0), properties }]));
  expect(Object.entries(event?.properties ?? {})).toEqual([
    ["__proto__", "a"],
    ["constructor", null],
  ]);
  expect(Object.hasOwn(event?.properties ?? {}, "toString")).toBe(false);
});

test("absent and undefined properties are the same", () => {
  const stored = encodeTimeline([{ ...visit("1", 0), properties: { url: undefined, bot: "false" } }]);
  expect(decodeTimeline(stored)[0]?.properties).toStrictEqual({ bot: "false" });
});

test("a timeline of fifty ordinary events takes about forty bytes an event with its ids", () => {
  const events = Array.from({ length: 50 }, (_, index) =>
    visit(
      `e-${100_000_000 + index}`,
      1_790_000_000_000 + index * 86_400_123,
      `https://example.com/${index % 7}`,
    ),
  );
  expect(encodeTimeline(events).length).toBeLessThan(50 * 40);
});

test("of events with one id the first stored stands, then the first added", () => {
  const merged = mergeEvents([visit("b", 20)], [visit("a", 10), visit("b", 5, "/late"), visit("a", 11)]);
  expect(merged).toEqual({ events: [visit("a", 10), visit("b", 20)], changed: true });
  expect(mergeEvents([visit("b", 20)], [visit("b", 5)])).toEqual({
    events: [visit("b", 20)],
    changed: false,
  });
});

test("merging in any order and with repeats gives the same timeline", () => {
  fc.assert(
    fc.property(anyEvents, fc.array(fc.nat({ max: 59 })), (events, picks) => {
      const shuffled = picks.flatMap((pick) => events[pick] ?? []);
      const merged = mergeEvents(mergeEvents([], shuffled).events, events.toReversed()).events;
      expect(encodeTimeline(merged)).toEqual(encodeTimeline(events));
    }),
  );
});

test("removed events leave none of their words behind", () => {
  const events = [visit("a", 1, "https://example.com/secret-canary"), visit("b", 2)];
  const { events: kept, changed } = removeEvents(events, new Set(["a"]));
  expect(changed).toBe(true);
  expect(encodeTimeline(kept).toString("latin1")).not.toContain("canary");
  expect(removeEvents(kept, new Set(["a"])).changed).toBe(false);
});

test("damaged and foreign bytes are refused", () => {
  const whole = encodeTimeline([visit("a", 1), visit("b", 2)]);
  for (let length = 0; length < whole.length; length++)
    expect(() => decodeTimeline(whole.subarray(0, length))).toThrow(TimelineError);
  expect(() => decodeTimeline(Buffer.concat([whole, Buffer.from([0])]))).toThrow(TimelineError);
  expect(() => decodeTimeline(Buffer.concat([Buffer.from([9]), whole.subarray(1)]))).toThrow("layout 9");
});

test("bytes written by the first release stay readable", () => {
  const events = [
    visit("a", -1),
    { ...visit("b", 1_790_000_000_000), properties: { url: null, plan: "Gold 🥇" } },
  ];
  const stored =
    "01010203172f70726963696e67476f6c6420f09fa587706c616e616208070402000140000240050101000281d8c1a28c3401010004";
  expect(encodeTimeline(events).toString("hex")).toBe(stored);
  expect(decodeTimeline(Buffer.from(stored, "hex"))).toStrictEqual(events);
});

test("times that are no whole milliseconds are refused", () => {
  for (const time of [0.5, Number.NaN, 2 ** 53])
    expect(() => encodeTimeline([visit("a", time)])).toThrow(RangeError);
});
