import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { inventEvent } from "../../cli/webhook-event.ts";
import { readEventFile } from "../../cli/webhook-file.ts";
import { readNotification } from "../../src/hubspot/notification.ts";

const wishes = { portal: "9999", appId: "77", now: 1_700_000_000_000, object: "1", set: [] };

test.each([
  ["contact.change", [], "contact.change is no type of notification"],
  ["contact.propertyChange", [], "add --set propertyName=NAME"],
  ["contact.merge", [], "add --set mergedObjectIds=ID,ID"],
  ["company.associationChange", [], "add --set toObjectId=ID"],
  ["contact.creation", ["x"], "--set takes name=value"],
  ["contact.creation", ["occurredAt=now"], "not as HubSpot sends them: occurredAt"],
])("%s with %j is refused with the cure", (type, set, words) => {
  expect(() => inventEvent({ ...wishes, type, set })).toThrow(words);
});

test("a record must be named", () => {
  const type = "contact.deletion";
  expect(() => inventEvent({ ...wishes, type, object: undefined })).toThrow(
    "name the record with --object ID",
  );
});

test.each([
  ["contact.creation", [], { kind: "creation", object: "contact", recordId: "1" }],
  ["deal.deletion", [], { kind: "deletion", object: "deal" }],
  ["contact.privacyDeletion", [], { kind: "privacyDeletion" }],
  ["object.restore", ["objectTypeId=company"], { kind: "restore", object: "company" }],
  [
    "object.propertyChange",
    ["propertyName=a", "propertyValue=x=1", "objectTypeId=2-123", "isSensitive=true"],
    { kind: "propertyChange", object: "2-123", property: "a", value: "x=1", isRedacted: true },
  ],
  [
    "contact.merge",
    ["mergedObjectIds=5, 6", "newObjectId=7"],
    { recordId: "7", primaryId: "1", mergedIds: ["5", "6"] },
  ],
  [
    "contact.associationChange",
    ["toObjectId=5", "associationRemoved=true"],
    { kind: "associationChange", toObject: "company", toRecordId: "5", isRemoved: true },
  ],
  [
    "object.associationChange",
    ["toObjectId=5"],
    { object: "contact", toObject: "company", isRemoved: false },
  ],
])("%s with %j reads as HubSpot's own", (type, set, expected) => {
  const reading = readNotification(inventEvent({ ...wishes, type, set }));
  expect(reading).toMatchObject({
    ok: true,
    notification: { portal: "9999", occurredAt: wishes.now, ...expected },
  });
});

const folder = mkdtempSync(join(tmpdir(), "scorekeeper-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string): string {
  const path = join(folder, "events.json");
  writeFileSync(path, content);
  return path;
}

const event = { portalId: 9999, objectId: 1 };

test("a file's events come in deliveries of at most 100, long ids unharmed", async () => {
  const many = JSON.stringify(Array.from({ length: 130 }, () => event));
  const bodies = await readEventFile(file(many), "9999");
  expect(bodies.map((body) => JSON.parse(body.toString()).length)).toEqual([100, 30]);
  const lines = `${JSON.stringify(event)}\n\n{"portalId":9999,"objectId":90071992547409931}\n`;
  const [body] = await readEventFile(file(lines), "9999");
  expect(JSON.parse(body?.toString() ?? "")).toEqual([
    event,
    { portalId: 9999, objectId: "90071992547409931" },
  ]);
});

test.each([
  [JSON.stringify([event, { ...event, portalId: 5 }]), "event 2 is of portal 5, not 9999"],
  [`${JSON.stringify(event)}\n{"portalId":`, "events.json:2: is no JSON"],
  ["[]", "holds no events"],
])("the file %s is refused with its place", async (content, words) => {
  await expect(readEventFile(file(content), "9999")).rejects.toThrow(words);
});
