import { expect, test } from "vitest";
import { parseExactJson } from "../../src/hubspot/exact-json.ts";
import { readNotification } from "../../src/hubspot/notification.ts";

const legacyChange = {
  eventId: 302,
  subscriptionId: 6,
  portalId: 891472211,
  appId: 79,
  occurredAt: 1715203101896,
  subscriptionType: "contact.propertyChange",
  attemptNumber: 0,
  objectId: 847297356,
  propertyName: "jobtitle",
  propertyValue: "VP Sales",
  changeSource: "CRM_UI",
};
const { subscriptionType: _type, ...untyped } = legacyChange;

function read(event: unknown) {
  const reading = readNotification(event);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.notification;
}

function reasonOf(event: unknown) {
  const reading = readNotification(event);
  return reading.ok ? undefined : reading.reason;
}

test("reads a property change", () => {
  expect(read(legacyChange)).toMatchObject({
    kind: "propertyChange",
    portal: "891472211",
    object: "contact",
    recordId: "847297356",
    occurredAt: 1715203101896,
    property: "jobtitle",
    value: "VP Sales",
    isRedacted: false,
    source: "CRM_UI",
  });
});

test("T16 the legacy, the generic and the eventType form are the same notification", () => {
  const generic = {
    ...untyped,
    subscriptionType: "object.propertyChange",
    objectTypeId: "0-1",
    subscriptionId: 7,
  };
  const guide = { ...untyped, eventType: "contact.propertyChange" };
  expect(read(generic)).toEqual(read(legacyChange));
  expect(read(guide)).toEqual(read(legacyChange));
});

test("T17 ids above 2^53 are kept exactly", () => {
  const text = JSON.stringify([legacyChange]).replace("847297356", "9007199254740993");
  const [event] = parseExactJson(text) as unknown[];
  expect(read(event).recordId).toBe("9007199254740993");
});

test("T24 the key of a redelivery is the key of the first attempt", () => {
  expect(read({ ...legacyChange, attemptNumber: 1 }).key).toBe(read(legacyChange).key);
});

test.each([
  ["another property", { propertyName: "city" }],
  ["another value", { propertyValue: "CEO" }],
  ["another instant", { occurredAt: legacyChange.occurredAt + 1 }],
  ["another record", { objectId: 1 }],
  ["another portal", { portalId: 1 }],
  ["another kind", { subscriptionType: "contact.creation" }],
])("T25 changes that share an eventId have their own keys: %s", (_what, difference) => {
  expect(read({ ...legacyChange, ...difference }).key).not.toBe(read(legacyChange).key);
});

test("reads creations, deletions, privacy deletions and restores of every object type", () => {
  const common = { portalId: 1, occurredAt: 2, objectId: 3 };
  const kinds = ["contact.creation", "company.deletion", "contact.privacyDeletion", "deal.restore"];
  const read1 = kinds.map((subscriptionType) => read({ ...common, subscriptionType }));
  expect(read1.map(({ kind, object }) => `${object} ${kind}`)).toEqual([
    "contact creation",
    "company deletion",
    "contact privacyDeletion",
    "deal restore",
  ]);
  const custom = read({ ...common, subscriptionType: "object.creation", objectTypeId: "2-123" });
  expect(custom).toMatchObject({ object: "2-123", recordId: "3" });
});

test("a merge ends in the new record where there is one", () => {
  const merge = {
    portalId: 1,
    occurredAt: 2,
    subscriptionType: "contact.merge",
    objectId: 10,
    primaryObjectId: 10,
    mergedObjectIds: [11, 12],
    newObjectId: 13,
  };
  expect(read(merge)).toMatchObject({ recordId: "13", primaryId: "10", mergedIds: ["11", "12"] });
  const { newObjectId: _new, ...without } = merge;
  expect(read(without)).toMatchObject({ recordId: "10" });
});

test("both forms of an association change name both records", () => {
  const common = { portalId: 1, occurredAt: 2, fromObjectId: 3, toObjectId: 4, associationRemoved: true };
  const legacy = {
    ...common,
    subscriptionType: "contact.associationChange",
    associationType: "CONTACT_TO_LINE_ITEM",
  };
  const expected = {
    object: "contact",
    recordId: "3",
    toObject: "line_item",
    toRecordId: "4",
    isRemoved: true,
  };
  expect(read(legacy)).toMatchObject(expected);
  const generic = {
    ...common,
    subscriptionType: "object.associationChange",
    fromObjectTypeId: "0-1",
    toObjectTypeId: "0-8",
    associationTypeId: 279,
  };
  expect(read(generic)).toMatchObject(expected);
});

test("marks values that HubSpot withholds", () => {
  expect(read({ ...legacyChange, propertyValue: "REDACTED" })).toMatchObject({ isRedacted: true });
  expect(read({ ...legacyChange, isSensitive: true })).toMatchObject({ isRedacted: true });
});

test("T14 an unknown subscription type is a notification of its own kind", () => {
  for (const subscriptionType of ["event.completed", "conversation.creation", "contact.sneeze", "nonsense"]) {
    const event = { portalId: 1, occurredAt: 2, subscriptionType, objectId: 5 };
    expect(read(event)).toMatchObject({ kind: "other", type: subscriptionType });
  }
});

test.each([
  [null, "event"],
  ["text", "event"],
  [{ ...legacyChange, occurredAt: "yesterday" }, "occurredAt"],
  [{ ...legacyChange, occurredAt: Number.POSITIVE_INFINITY }, "occurredAt"],
  [{ ...legacyChange, objectId: 1.5 }, "objectId"],
  [{ ...legacyChange, portalId: "x" }, "portalId"],
  [{ ...untyped }, "subscriptionType"],
  [{ ...legacyChange, objectId: undefined }, "objectId"],
  [{ ...legacyChange, propertyName: "" }, "propertyName"],
  [{ ...untyped, subscriptionType: "object.creation" }, "objectTypeId"],
])("refuses %j, naming %s and no value", (event, field) => {
  const reason = reasonOf(event);
  expect(reason).toContain(field);
  expect(reason).not.toContain("VP Sales");
});

test("keeps only text that can be stored", () => {
  expect(read({ ...legacyChange, propertyValue: "a\0b\ud800" })).toMatchObject({ value: "ab\ufffd" });
  expect(reasonOf({ ...legacyChange, objectId: "1\0" })).toContain("objectId");
});
