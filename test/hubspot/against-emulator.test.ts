import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/start-emulator.ts";
import { getAccount } from "../../src/hubspot/account.ts";
import { readAssociations } from "../../src/hubspot/associations.ts";
import { createHubSpotClient, type HubSpotClient } from "../../src/hubspot/client.ts";
import { readEngagementObjects } from "../../src/hubspot/engagement-objects.ts";
import { listEventTypes, listOccurrences } from "../../src/hubspot/event-occurrences.ts";
import { getList, getLists, listMemberships } from "../../src/hubspot/lists.ts";
import { searchModified } from "../../src/hubspot/modified-records.ts";
import { occurrenceEvent } from "../../src/hubspot/occurrence-events.ts";
import { createProperty, deleteProperty, getProperty, listProperties } from "../../src/hubspot/properties.ts";
import { createPropertyGroup, getPropertyGroup } from "../../src/hubspot/property-groups.ts";
import { updateRecords } from "../../src/hubspot/record-updates.ts";
import { listRecords, readRecords } from "../../src/hubspot/records.ts";
import { staticToken } from "../../src/hubspot/token.ts";

const visit = {
  id: "v1",
  type: "page_visited",
  occurredAt: "2026-10-01T09:00:00.000Z",
  properties: { url: "https://x", page_title: "Home", other: "o" },
};
const trial = {
  id: "t1",
  type: "custom:trial",
  occurredAt: "2026-10-02T09:00:00.000Z",
  properties: { plan: "pro" },
};
const call = {
  id: "c1",
  type: "call_ended",
  occurredAt: "2026-10-03T09:00:00.000Z",
  properties: { direction: "OUTBOUND", duration_seconds: "261.5", outcome: "CONNECTED", campaign: "spring" },
};
const company = { object: "company", labels: ["Primary"], id: "70", properties: { industry: "SOFTWARE" } };
const contacts = Array.from({ length: 130 }, (_, index) => ({
  object: "contact",
  id: String(100 + index),
  properties: { jobtitle: `Title ${index}` },
  ...(index === 0 && { lists: ["12"], events: [visit, trial, call], associations: [company] }),
}));

let emulator: Emulator;
let client: HubSpotClient;
beforeAll(async () => {
  emulator = await startEmulator({ data: contacts, burst: 0 });
  client = createHubSpotClient({
    baseUrl: emulator.url,
    version: "2026-09",
    tokens: staticToken(emulator.token),
    budget: { take: () => Promise.resolve(), observe: () => Promise.resolve() },
  });
});
afterAll(() => emulator[Symbol.asyncDispose]());

test("knows the account, and a wrong token for what it is", async () => {
  expect(await getAccount(client)).toMatchObject({ portalId: "9999", timeZone: "Europe/Amsterdam" });
  const budget = { take: () => Promise.resolve(), observe: () => Promise.resolve() };
  const stranger = createHubSpotClient({
    baseUrl: emulator.url,
    version: "2026-09",
    tokens: staticToken("?"),
    budget,
  });
  await expect(getAccount(stranger)).rejects.toMatchObject({ code: "UNAUTHORIZED", status: 401 });
});

test("pages through all records, reads them in batches, finds the changed ones", async () => {
  const first = await listRecords(client, "contact", ["jobtitle"]);
  const second = await listRecords(client, "contact", ["jobtitle"], first.after);
  const ids = [...first.records, ...second.records].map((record) => record.id);
  expect([ids.length, second.after]).toEqual([130, undefined]);
  const { found, missing } = await readRecords(client, "contact", [...ids, "999"], {
    properties: ["jobtitle"],
  });
  expect([found.length, missing, found[0]?.properties["jobtitle"]]).toEqual([130, ["999"], "Title 0"]);
  const changed = await searchModified(client, "contact", { since: 0 });
  expect(changed.records).toHaveLength(130);
});

test("makes properties and writes them, record by record where some fail", async () => {
  const group = { name: "scores", label: "Scores" };
  expect(await getPropertyGroup(client, "contact", "scores")).toBeUndefined();
  expect(await createPropertyGroup(client, "contact", group)).toEqual(group);
  expect(await createPropertyGroup(client, "contact", group)).toBeUndefined();
  const property = {
    name: "my_score",
    label: "S",
    groupName: "scores",
    type: "number",
    fieldType: "number",
  } as const;
  expect(await createProperty(client, "contact", property)).toMatchObject({
    name: "my_score",
    isReadOnly: false,
  });
  expect(await createProperty(client, "contact", property)).toBeUndefined();
  expect((await listProperties(client, "contact")).some(({ name }) => name === "my_score")).toBe(true);

  const update = (id: string, value: string) => ({
    id,
    properties: { my_score: value },
    objectWriteTraceId: `w${id}`,
  });
  const results = await updateRecords(client, "contact", [
    update("100", "5"),
    update("101", "1,5"),
    update("9", "1"),
  ]);
  expect(Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]))).toEqual({
    100: "written",
    101: "refused",
    9: "gone",
  });
  const { found } = await readRecords(client, "contact", ["100"], { properties: ["my_score"] });
  expect(found[0]?.properties["my_score"]).toBe("5");

  await deleteProperty(client, "contact", "my_score");
  expect(await getProperty(client, "contact", "my_score")).toBeUndefined();
  const refused = await updateRecords(client, "contact", [update("100", "6")]);
  expect(refused).toMatchObject([
    { outcome: "refused", reason: expect.stringContaining("PROPERTY_DOESNT_EXIST") },
  ]);
});

test("reads associations and lists", async () => {
  const associations = await readAssociations(client, "contact", "company", ["100", "101"]);
  expect(associations).toEqual([{ fromId: "100", toId: "70", labels: ["Primary"] }]);
  expect(await getList(client, "12")).toMatchObject({ id: "12", object: "contact" });
  expect(await getList(client, "13")).toBeUndefined();
  expect(await getLists(client, ["12", "13"])).toHaveLength(1);
  const members: string[] = [];
  for await (const page of listMemberships(client, "12")) members.push(...page);
  expect(members).toEqual(["100"]);
});

test("gives the events of the record as they were loaded", async () => {
  const types = await listEventTypes(client);
  expect(types).toEqual(expect.arrayContaining(["e_visited_page", "pe9999_trial"]));
  const pages = await Promise.all(
    ["e_visited_page", "pe9999_trial"].map((eventType) =>
      listOccurrences(client, { eventType, occurredAfter: 0 }),
    ),
  );
  const events = pages.flatMap((page) => page.occurrences.map((one) => occurrenceEvent(one, "9999")));
  const loaded = [visit, trial].map((event) => ({ ...event, occurredAt: Date.parse(event.occurredAt) }));
  expect(events).toEqual(loaded.map((event) => ({ contactId: "100", event })));

  const links = await readAssociations(client, "contact", "call", ["100"]);
  const callIds = links.map((link) => link.toId);
  const wanted = ["direction", "duration_seconds", "outcome", "campaign"];
  const calls = await readEngagementObjects(client, "call", callIds, wanted);
  const { type, properties } = call;
  expect(calls.found).toMatchObject([
    { events: [{ type, properties, occurredAt: Date.parse(call.occurredAt) }] },
  ]);
});
