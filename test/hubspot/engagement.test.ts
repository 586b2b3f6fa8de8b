import fc from "fast-check";
import { expect, test } from "vitest";
import { thousandthOf } from "../../src/hubspot/decimal-text.ts";
import { engagementEvents } from "../../src/hubspot/engagement.ts";
import { eventTypeOf, occurrenceEvent, occurrenceTypesFor } from "../../src/hubspot/occurrence-events.ts";
import vectors from "../vectors/engagement.json" with { type: "json" };

test.each(vectors.calls)("call: $name", ({ record, wanted, events }) => {
  expect(engagementEvents("call", record, wanted)).toEqual(events);
});

test.each(vectors.meetings)("meeting: $name", ({ record, wanted, events }) => {
  expect(engagementEvents("meeting", record, wanted)).toEqual(events);
});

const occurrence = { id: "o1", objectType: "CONTACT", object: "contact", objectId: "8", occurredAt: 5 };

test.each(vectors.occurrences)("occurrence: $name", ({ eventType, properties, type, expected }) => {
  const read = occurrenceEvent({ ...occurrence, eventType, properties: { ...properties } }, "9999");
  expect(read).toEqual({ contactId: "8", event: { id: "o1", type, occurredAt: 5, properties: expected } });
  expect(occurrenceTypesFor(type, "9999", new Set([eventType, "e_else"]))).toEqual([eventType]);
});

test("occurrences of other objects, portals and apps are no events of ours", () => {
  const company = { ...occurrence, object: "company", eventType: "e_visited_page", properties: {} };
  expect(occurrenceEvent(company, "9999")).toBeUndefined();
  expect(["pe1_x", "ae5_x", "other"].map((type) => eventTypeOf(type, "9999"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("one name is read of an event that has two, none of an event unknown to the account", () => {
  const both = new Set(["e_submitted_form", "e_form_submission_v2"]);
  expect(occurrenceTypesFor("form_submitted", "1", both)).toEqual(["e_form_submission_v2"]);
  expect(occurrenceTypesFor("email_opened", "1", both)).toEqual([]);
});

test.each([
  ["0", "0"],
  ["-0", "0"],
  ["1", "0.001"],
  ["1000", "1"],
  ["0001500", "1.5"],
  ["-261500.50", "-261.5005"],
  ["12345678901234567890", "12345678901234567.89"],
  ["", undefined],
  ["1e3", undefined],
  ["ten", undefined],
])("a thousandth of %j is %j", (text, expected) => {
  expect(thousandthOf(text)).toBe(expected);
});

test("whole seconds come back as they were", () => {
  fc.assert(fc.property(fc.nat(), (seconds) => thousandthOf(String(seconds * 1000)) === String(seconds)));
});
