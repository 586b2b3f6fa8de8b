import { expect, test } from "vitest";
import { searchModified } from "../../src/hubspot/modified-records.ts";
import { listRecords, readRecords } from "../../src/hubspot/records.ts";
import { startHubSpotServer } from "./hubspot-server.ts";

function record(id: string, properties: object = {}) {
  return {
    id,
    properties,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-02T00:00:00Z",
    archived: false,
  };
}

function idsIn(body: { readonly [name: string]: unknown }): string[] {
  return (body["inputs"] as { id: string }[]).map((input) => input.id);
}

test("lists a page of records and the cursor of the next", async () => {
  const results = [record("1", { email: null, jobtitle: "CEO" })];
  await using server = await startHubSpotServer((_call, index) => ({
    json: { results, ...(index === 0 && { paging: { next: { after: "1", link: "l" } } }) },
  }));
  const first = await listRecords(server.client, "contact", ["email", "jobtitle"]);
  expect(first).toEqual({
    records: [
      {
        id: "1",
        properties: { email: null, jobtitle: "CEO" },
        history: {},
        createdAt: Date.UTC(2026, 0, 1),
        updatedAt: Date.UTC(2026, 0, 2),
      },
    ],
    after: "1",
  });
  expect((await listRecords(server.client, "company", [], "1")).after).toBeUndefined();
  expect(server.calls.map((call) => call.url)).toEqual([
    "/crm/objects/2026-09/contacts?limit=100&properties=email%2Cjobtitle",
    "/crm/objects/2026-09/companies?limit=100&after=1",
  ]);
});

test("T41 T54 reads 100 records a call and names those that are missing", async () => {
  await using server = await startHubSpotServer(({ body }) => {
    const results = idsIn(body)
      .filter((id) => id !== "42")
      .map((id) => record(id));
    const errors = [{ status: "error", category: "OBJECT_NOT_FOUND", context: { ids: ["42"] } }];
    return {
      status: results.length < 100 ? 207 : 200,
      json: { status: "COMPLETE", results, errors, numErrors: 1 },
    };
  });
  const ids = Array.from({ length: 150 }, (_, index) => String(index));
  const { found, missing } = await readRecords(server.client, "contact", [...ids, "1"], {
    properties: ["email"],
  });
  expect([found.length, missing]).toEqual([149, ["42"]]);
  expect(server.calls.map(({ body }) => idsIn(body).length)).toEqual([100, 50]);
  expect(server.calls[0]).toMatchObject({ method: "POST", url: "/crm/objects/2026-09/contacts/batch/read" });
});

test("reads recorded values 50 records a call", async () => {
  const entry = { value: "lead", timestamp: "2026-01-01T00:00:00Z", sourceType: "CRM_UI" };
  await using server = await startHubSpotServer(({ body }) => ({
    json: {
      results: idsIn(body).map((id) => ({
        ...record(id),
        propertiesWithHistory: { lifecyclestage: [entry] },
      })),
    },
  }));
  const ids = Array.from({ length: 60 }, (_, index) => String(index));
  const wanted = { properties: [], withHistory: ["lifecyclestage"] };
  const { found } = await readRecords(server.client, "2-123", ids, wanted);
  expect(found[59]?.history).toEqual({
    lifecyclestage: [{ value: "lead", timestamp: Date.UTC(2026, 0, 1) }],
  });
  expect(server.calls.map(({ url, body }) => [url, idsIn(body).length])).toEqual([
    ["/crm/objects/2026-09/2-123/batch/read", 50],
    ["/crm/objects/2026-09/2-123/batch/read", 10],
  ]);
});

type Filter = { propertyName: string; operator: string; value: string };

/** Answers searches over records as HubSpot would, 200 a page. */
function searching(all: readonly { id: number; modifiedAt: number }[]) {
  return ({ body }: { body: { readonly [name: string]: unknown } }) => {
    const [group] = body["filterGroups"] as { filters: Filter[] }[];
    const [sort] = body["sorts"] as { propertyName: string }[];
    const byId = sort?.propertyName === "hs_object_id";
    const fieldOf = (one: (typeof all)[number], name: string) =>
      name === "hs_object_id" ? one.id : one.modifiedAt;
    const fits = (one: (typeof all)[number]) =>
      (group?.filters ?? []).every(({ propertyName, operator, value }) => {
        const difference = fieldOf(one, propertyName) - Number(value);
        return operator === "GTE" ? difference >= 0 : operator === "GT" ? difference > 0 : difference === 0;
      });
    const page = all
      .filter(fits)
      .sort((a, b) => (byId ? a.id - b.id : a.modifiedAt - b.modifiedAt))
      .slice(0, 200);
    const results = page.map(({ id, modifiedAt }) => ({
      id: String(id),
      properties: { lastmodifieddate: new Date(modifiedAt).toISOString() },
    }));
    return { json: { total: page.length, results } };
  };
}

test.each([
  ["all at different instants", (index: number) => 1_000 + index],
  ["many at one instant", (index: number) => 1_000 + Math.min(index, 100)],
  ["all at one instant", () => 1_000],
])("finds every changed record past a page: %s", async (_what, instantOf) => {
  const all = Array.from({ length: 650 }, (_, index) => ({ id: index + 1, modifiedAt: instantOf(index) }));
  await using server = await startHubSpotServer(searching(all));
  const seen = new Set<string>();
  let page = await searchModified(server.client, "contact", { since: 1_000 });
  for (const { id } of page.records) seen.add(id);
  while (page.next !== undefined) {
    page = await searchModified(server.client, "contact", page.next);
    for (const { id } of page.records) seen.add(id);
  }
  expect(seen.size).toBe(650);
  expect(server.calls.length).toBeLessThan(9);
  expect(new Set(server.taken)).toEqual(new Set(["search"]));
});

test("a search asks for values as long as their names fit into it", async () => {
  const all = [{ id: 1, modifiedAt: 1_000 }];
  await using server = await startHubSpotServer(searching(all));
  const names = Array.from({ length: 300 }, (_, index) => `property_${index}`);
  const few = await searchModified(server.client, "contact", { since: 1_000 }, names.slice(0, 3));
  expect(few.records[0]?.values).toHaveProperty("lastmodifieddate");
  expect(server.calls[0]?.body).toMatchObject({ properties: ["lastmodifieddate", ...names.slice(0, 3)] });
  const many = await searchModified(server.client, "contact", { since: 1_000 }, names);
  expect(many.records[0]).toMatchObject({ id: "1", values: undefined });
  expect(server.calls[1]?.body).toMatchObject({ properties: ["lastmodifieddate"] });
});
