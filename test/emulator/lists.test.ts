import { expect, it } from "vitest";
import { emulatedPortal } from "./emulated-portal.ts";

const LISTS = "/crm/lists/2026-09";
const data = ["9", "10", "200"].map((id) => ({
  object: "contact",
  id,
  lists: id === "200" ? ["12"] : ["12", "x-7"],
}));

it("finds lists and pages their members in order of record id", async () => {
  await using portal = await emulatedPortal({ data });
  expect((await portal.post(`${LISTS}/search`, { query: "12", objectTypeId: "0-1" })).body).toMatchObject({
    total: 1,
    hasMore: false,
    lists: [{ listId: "12", name: "List 12", objectTypeId: "0-1" }],
  });
  expect((await portal.get(`${LISTS}/x-7`)).body).toMatchObject({ list: { size: 2 } });
  expect((await portal.get(`${LISTS}/404`)).status).toBe(404);
  expect((await portal.get(`${LISTS}/12/memberships?limit=2`)).body).toMatchObject({
    results: [{ recordId: "9" }, { recordId: "10" }],
    paging: { next: { after: "10" } },
  });
  expect((await portal.get(`${LISTS}/12/memberships?limit=2&after=10`)).body).toMatchObject({
    results: [{ recordId: "200" }],
  });
});

it("tells the lists of records and changes members", async () => {
  await using portal = await emulatedPortal({ data });
  expect((await portal.get(`${LISTS}/records/0-1/9/memberships`)).body).toMatchObject({
    results: [{ listId: "12" }, { listId: "x-7" }],
  });
  const change = { recordIdsToAdd: ["200", "404"], recordIdsToRemove: ["9"] };
  expect((await portal.call("PUT", `${LISTS}/x-7/memberships/add-and-remove`, change)).body).toEqual({
    recordsIdsAdded: ["200"],
    recordIdsRemoved: ["9"],
    recordIdsMissing: ["404"],
  });
  const inputs = ["9", "200"].map((recordId) => ({ objectTypeId: "0-1", recordId }));
  expect((await portal.post(`${LISTS}/records/memberships/batch/read`, { inputs })).body).toMatchObject({
    results: [
      { recordId: "9", recordListMemberships: [{ listId: "12" }] },
      { recordId: "200", recordListMemberships: [{ listId: "12" }, { listId: "x-7" }] },
    ],
  });
});

it("deletes a list with its memberships", async () => {
  await using portal = await emulatedPortal({ data });
  expect((await portal.call("DELETE", `${LISTS}/12`)).status).toBe(204);
  expect((await portal.get(`${LISTS}/12`)).status).toBe(404);
  expect((await portal.call("DELETE", `${LISTS}/12`)).status).toBe(404);
  expect((await portal.get(`${LISTS}/records/0-1/9/memberships`)).body).toMatchObject({
    results: [{ listId: "x-7" }],
  });
});
