import { expect, test } from "vitest";
import { readDelivery } from "../../src/hubspot/delivery.ts";
import { withoutRecords } from "../../src/hubspot/delivery-erasure.ts";
import { jsonDepth, parseExactJson } from "../../src/hubspot/exact-json.ts";

const event = { portalId: 7, appId: 5, occurredAt: 2, subscriptionType: "contact.creation", objectId: 1 };

function delivery(...events: unknown[]) {
  return Buffer.from(JSON.stringify(events));
}

test("T15 every event stands under its own portal", () => {
  const read = readDelivery(delivery(event, { ...event, portalId: 8 }, event));
  expect(read?.notifications.map((notification) => notification.portal)).toEqual(["7", "8", "7"]);
});

test("T13 an unreadable event is set aside under its portal, or the delivery's first one", () => {
  const read = readDelivery(delivery("?", event, { portalId: 8 }));
  expect(read?.notifications).toHaveLength(1);
  expect(read?.malformed).toEqual([
    { portal: "7", index: 0, reason: "not as HubSpot sends them: event" },
    { portal: "8", index: 2, reason: expect.stringContaining("occurredAt") },
  ]);
});

test("T14 events for another app are left out", () => {
  const read = readDelivery(delivery(event, { ...event, appId: 6 }, { ...event, appId: undefined }), "5");
  expect(read).toMatchObject({ otherApp: 1, malformed: [] });
  expect(read?.notifications).toHaveLength(2);
});

test.each(["", "{}", "7", "null", "[", "[NaN]", "[1]x", `${"[".repeat(10_000)}${"]".repeat(10_000)}`])(
  "T12 %j is no delivery",
  (body) => {
    expect(readDelivery(Buffer.from(body))).toBeUndefined();
  },
);

test("T12 reads 0 and 100 events, not 101", () => {
  expect(readDelivery(Buffer.from("[]"))).toMatchObject({ notifications: [], malformed: [] });
  expect(readDelivery(delivery(...Array(100).fill(event)))?.notifications).toHaveLength(100);
  expect(readDelivery(delivery(...Array(101).fill(event)))).toBeUndefined();
});

test("T12 repeated and prototype keys and numbers out of range do no harm", () => {
  const text = `[{"portalId":7,"objectId":1,"objectId":2,"occurredAt":2,"subscriptionType":"contact.creation",
    "__proto__":{"objectId":9},"constructor":{"prototype":{"x":1}}},{"portalId":7,"occurredAt":1e400}]`;
  const read = readDelivery(Buffer.from(text));
  expect(read?.notifications).toMatchObject([{ recordId: "2" }]);
  expect(read?.malformed).toHaveLength(1);
  expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
});

test("cuts the events about a record out of a stored body", () => {
  const company = { ...event, portalId: 1, subscriptionType: "company.creation" };
  const other = { ...event, objectId: 2 };
  const change = {
    ...event,
    subscriptionType: "company.associationChange",
    associationType: "COMPANY_TO_CONTACT",
    fromObjectId: 3,
    toObjectId: 1,
  };
  const merge = { ...event, objectId: 4, subscriptionType: "contact.merge", mergedObjectIds: [1] };
  const body = delivery(event, other, change, company, merge, { portalId: 7, objectId: "1" }, "1");
  const kept: unknown = JSON.parse(withoutRecords(body, "contact", new Set(["1"])).toString());
  expect(kept).toEqual([other, company, "1"]);
});

test("T17 exact JSON keeps long integers as text and everything else as it is", () => {
  const text = '{"a":9007199254740993,"b":[-12345678901234567890],"c":1.5,"d":"9007199254740993"}';
  expect(parseExactJson(text)).toEqual({
    a: "9007199254740993",
    b: ["-12345678901234567890"],
    c: 1.5,
    d: "9007199254740993",
  });
});

test("depth counts brackets outside strings only", () => {
  expect(jsonDepth('[{"a":"[[\\"[["},[1]]')).toBe(2);
  expect(jsonDepth('"[\\')).toBe(0);
});
