import { describe, expect, it } from "vitest";
import { CONTACTS, emulatedPortal } from "./emulated-portal.ts";

const people = [
  {
    object: "contact",
    id: "9",
    properties: { age: "20", jobtitle: "VP Sales", createdate: "2026-01-01T00:00:00Z" },
  },
  {
    object: "contact",
    id: "10",
    properties: { age: "100", jobtitle: "Intern", createdate: "2026-02-01T00:00:00Z" },
  },
  { object: "contact", id: "200", properties: { age: "3", createdate: "2026-03-01T00:00:00Z" } },
];

const idsOf = (reply: { body: unknown }) =>
  (reply.body as { results: { id: string }[] }).results.map(({ id }) => id);

describe("search", () => {
  it.each([
    [{ propertyName: "age", operator: "GT", value: "19" }, ["9", "10"]],
    [{ propertyName: "age", operator: "BETWEEN", value: "3", highValue: "20" }, ["9", "200"]],
    [{ propertyName: "jobtitle", operator: "HAS_PROPERTY" }, ["9", "10"]],
    [{ propertyName: "jobtitle", operator: "NOT_HAS_PROPERTY" }, ["200"]],
    [{ propertyName: "jobtitle", operator: "CONTAINS_TOKEN", value: "sales" }, ["9"]],
    [{ propertyName: "jobtitle", operator: "IN", values: ["intern"] }, ["10"]],
    [{ propertyName: "jobtitle", operator: "NEQ", value: "Intern" }, ["9", "200"]],
    [{ propertyName: "hs_object_id", operator: "GT", value: "9" }, ["10", "200"]],
    [
      { propertyName: "lastmodifieddate", operator: "GTE", value: String(Date.parse("2026-02-01")) },
      ["10", "200"],
    ],
    [{ propertyName: "createdate", operator: "LT", value: "2026-02-01" }, ["9"]],
  ])("finds %j", async (filter, ids) => {
    await using portal = await emulatedPortal({ data: people });
    expect(idsOf(await portal.post(`${CONTACTS}/search`, { filterGroups: [{ filters: [filter] }] }))).toEqual(
      ids,
    );
  });

  it("sorts, pages and unites filter groups", async () => {
    await using portal = await emulatedPortal({ data: people });
    const filterGroups = ["3", "100"].map((value) => ({
      filters: [{ propertyName: "age", operator: "EQ", value }],
    }));
    const sorts = [{ propertyName: "age", direction: "DESCENDING" }];
    const first = await portal.post(`${CONTACTS}/search`, { filterGroups, sorts, limit: 1 });
    expect(first.body).toMatchObject({ total: 2, results: [{ id: "10" }], paging: { next: { after: "1" } } });
    expect(
      idsOf(await portal.post(`${CONTACTS}/search`, { filterGroups, sorts, limit: 1, after: "1" })),
    ).toEqual(["200"]);
  });

  it("stops at 10,000 results and at five searches a second, without rate headers", async () => {
    await using portal = await emulatedPortal({ data: people });
    const search = (body = {}) => portal.post(`${CONTACTS}/search`, body);
    const beyond = await search({ limit: 100, after: "9950" });
    expect(beyond.status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 6 }, () => search()));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ message: "You have reached your secondly limit." });
    expect(beyond.headers.get("x-hubspot-ratelimit-max")).toBeNull();
  });
});
