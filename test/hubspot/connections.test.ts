import { expect, test } from "vitest";
import { readAssociations } from "../../src/hubspot/associations.ts";
import { readEngagementObjects } from "../../src/hubspot/engagement-objects.ts";
import { listEventTypes, listOccurrences } from "../../src/hubspot/event-occurrences.ts";
import { getList, getLists, listMemberships } from "../../src/hubspot/lists.ts";
import { startHubSpotServer } from "./hubspot-server.ts";

const primary = { category: "HUBSPOT_DEFINED", typeId: 1, label: "Primary" };
const plain = { category: "HUBSPOT_DEFINED", typeId: 279, label: null };

test("reads associations with their labels, 1,000 records a call and every page", async () => {
  await using server = await startHubSpotServer(({ body }, index) => {
    const ids = (body["inputs"] as { id: string }[]).map(({ id }) => id);
    if (index === 0) {
      const paging = { next: { after: "p2" } };
      return {
        json: {
          results: [
            { from: { id: "0" }, to: [{ toObjectId: 70, associationTypes: [primary, plain] }], paging },
          ],
        },
      };
    }
    const to = [{ toObjectId: "71", associationTypes: [plain] }];
    const errors = [{ category: "OBJECT_NOT_FOUND", subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND" }];
    return { status: 207, json: { results: [{ from: { id: ids.at(-1) }, to }], errors, numErrors: 1 } };
  });
  const ids = Array.from({ length: 1_200 }, (_, index) => String(index));
  expect(await readAssociations(server.client, "contact", "company", ids)).toEqual([
    { fromId: "0", toId: "70", labels: ["Primary"] },
    { fromId: "0", toId: "71", labels: [] },
  ]);
  const inputs = server.calls.map(({ body }) => body["inputs"] as unknown[]);
  expect(inputs.map((input) => input.length)).toEqual([1_000, 201]);
  expect(inputs[1]?.at(-1)).toEqual({ id: "0", after: "p2" });
  expect(server.calls[0]?.url).toBe("/crm/associations/2026-09/contacts/companies/batch/read");
  expect(server.taken).toEqual(["association", "association"]);
});

const list = {
  listId: "12",
  listVersion: 1,
  name: "Customers",
  objectTypeId: "0-1",
  processingType: "DYNAMIC",
};
const readList = { id: "12", name: "Customers", object: "contact", processingType: "DYNAMIC" };

test("reads lists one by one and together", async () => {
  await using server = await startHubSpotServer(({ url }) => {
    if (url.endsWith("/99")) return { status: 404 };
    return { json: url.includes("listIds") ? { lists: [list] } : { list } };
  });
  expect(await getList(server.client, "12")).toEqual(readList);
  expect(await getList(server.client, "99")).toBeUndefined();
  expect(await getLists(server.client, ["12", "99"])).toEqual([readList]);
  expect(await getLists(server.client, [])).toEqual([]);
  expect(server.calls.at(-1)?.url).toBe("/crm/lists/2026-09?listIds=12&listIds=99");
});

test("reads every page of a list's memberships", async () => {
  await using server = await startHubSpotServer((_call, index) => ({
    json: {
      results: [{ recordId: String(index), membershipTimestamp: "2026-01-01T00:00:00Z" }],
      ...(index < 2 && { paging: { next: { after: `p${index}` } } }),
    },
  }));
  const pages: string[][] = [];
  for await (const page of listMemberships(server.client, "12")) pages.push(page);
  expect(pages).toEqual([["0"], ["1"], ["2"]]);
  expect(server.calls.map((call) => call.url)).toEqual([
    "/crm/lists/2026-09/12/memberships?limit=100",
    "/crm/lists/2026-09/12/memberships?limit=100&after=p0",
    "/crm/lists/2026-09/12/memberships?limit=100&after=p1",
  ]);
});

test("reads event occurrences, oldest first, and the account's event types", async () => {
  const results = [
    {
      id: "leviathan-1",
      objectType: "CONTACT",
      objectId: "208451632",
      eventType: "e_visited_page",
      occurredAt: "2026-05-21T23:34:50.537Z",
      properties: { hs_url: "https://x", hs_title: null, hs_count: 3 },
    },
  ];
  await using server = await startHubSpotServer(({ url }) => ({
    json: url.includes("event-types")
      ? { eventTypes: ["e_visited_page"] }
      : { results, paging: { next: { after: "next" } } },
  }));
  const occurredAfter = Date.UTC(2026, 4, 1);
  const page = await listOccurrences(server.client, { eventType: "e_visited_page", occurredAfter });
  expect(page.after).toBe("next");
  expect(page.occurrences).toMatchObject([
    {
      id: "leviathan-1",
      object: "contact",
      objectId: "208451632",
      occurredAt: Date.UTC(2026, 4, 21, 23, 34, 50, 537),
      properties: { hs_url: "https://x", hs_title: null, hs_count: "3" },
    },
  ]);
  expect(await listEventTypes(server.client)).toEqual(["e_visited_page"]);
  const query = new URL(server.calls[0]?.url ?? "", "http://x").searchParams;
  expect(Object.fromEntries(query)).toEqual({
    eventType: "e_visited_page",
    occurredAfter: "2026-05-01T00:00:00.000Z",
    sort: "occurredAt",
    limit: "1000",
  });
});

test("reads calls and gives their events", async () => {
  const properties = {
    hs_timestamp: "2026-01-01T00:00:00Z",
    hs_call_status: "COMPLETED",
    hs_call_duration: "261000",
  };
  await using server = await startHubSpotServer(() => ({ json: { results: [{ id: "5", properties }] } }));
  const batch = await readEngagementObjects(
    server.client,
    "call",
    ["5", "6"],
    ["duration_seconds", "direction", "own"],
  );
  const event = {
    id: "call:5:ended",
    type: "call_ended",
    occurredAt: Date.UTC(2026, 0, 1),
    properties: { duration_seconds: "261" },
  };
  expect(batch).toEqual({ found: [{ objectId: "5", events: [event] }], missing: ["6"] });
  const asked = server.calls[0]?.body["properties"];
  expect(asked).toEqual(
    expect.arrayContaining(["hs_timestamp", "hs_call_disposition", "duration_seconds", "own"]),
  );
  expect(asked).not.toContain("direction");
});
