import { expect, it } from "vitest";
import { emulatedPortal } from "./emulated-portal.ts";

const ASSOCIATIONS = "/crm/associations/2026-09";
const data = [
  {
    object: "contact",
    id: "1",
    associations: [
      { object: "company", id: "7", labels: ["Primary", "Billing contact"], properties: { name: "Fjell" } },
    ],
  },
  { object: "company", id: "7", properties: { city: "Oslo" } },
  { object: "contact", id: "2" },
  { object: "deal", id: "3" },
];

type Types = { category: string; typeId: number; label: string | null }[];
type Read = { results: { from: { id: string }; to: { toObjectId: string; associationTypes: Types }[] }[] };

it("reads associations with their labels in both directions", async () => {
  await using portal = await emulatedPortal({ data });
  const read = await portal.post(`${ASSOCIATIONS}/contacts/companies/batch/read`, {
    inputs: [{ id: "1" }, { id: "2" }],
  });
  expect(read).toMatchObject({
    status: 207,
    body: { errors: [{ subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND" }] },
  });
  const [found] = (read.body as Read).results;
  expect(found?.to[0]).toMatchObject({
    toObjectId: "7",
    associationTypes: [
      { category: "HUBSPOT_DEFINED", typeId: 279, label: null },
      { category: "HUBSPOT_DEFINED", typeId: 1, label: "Primary" },
      { category: "USER_DEFINED", label: "Billing contact" },
    ],
  });
  const back = await portal.post(`${ASSOCIATIONS}/0-2/0-1/batch/read`, { inputs: [{ id: "7" }] });
  const types = (back.body as Read).results[0]?.to[0]?.associationTypes ?? [];
  expect(types.map(({ label }) => label)).toEqual([null, "Primary", "Billing contact"]);
  expect((await portal.get("/crm/objects/2026-09/companies/7?properties=name,city")).body).toMatchObject({
    properties: { name: "Fjell", city: "Oslo" },
  });
});

it("pages long lists of associations", async () => {
  const staff = Array.from({ length: 620 }, (_, index) => ({ object: "contact", id: String(index + 1) }));
  await using portal = await emulatedPortal({ data: [{ object: "company", id: "7", associations: staff }] });
  const read = (after?: string) =>
    portal.post(`${ASSOCIATIONS}/companies/contacts/batch/read`, { inputs: [{ id: "7", after }] });
  const first = await read();
  expect(first.body).toMatchObject({
    results: [{ to: { length: 500 }, paging: { next: { after: "500" } } }],
  });
  const rest = (await read("500")).body as Read;
  expect(rest.results[0]?.to).toHaveLength(120);
  expect(rest.results[0]).not.toHaveProperty("paging");
});

it("lists and creates labels, associates with them and dissociates", async () => {
  await using portal = await emulatedPortal({ data });
  const labels = `${ASSOCIATIONS}/contacts/companies/labels`;
  const made = await portal.post(labels, { label: "Sponsor", name: "sponsor" });
  const { typeId = 0 } = (made.body as { results: Types }).results[0] ?? {};
  expect((await portal.get(labels)).body).toMatchObject({
    results: expect.arrayContaining([expect.objectContaining({ typeId, label: "Sponsor" })]),
  });
  const types = [{ associationCategory: "USER_DEFINED", associationTypeId: typeId }];
  const inputs = [{ from: { id: "2" }, to: { id: "7" }, types }];
  expect((await portal.post(`${ASSOCIATIONS}/contacts/companies/batch/create`, { inputs })).status).toBe(201);
  const path = "/crm/objects/2026-09/contacts/2/associations";
  expect((await portal.get(`${path}/companies`)).body).toMatchObject({
    results: [{ toObjectId: "7", associationTypes: [{ label: null }, { label: "Sponsor" }] }],
  });
  expect((await portal.call("PUT", `${path}/default/deals/3`)).status).toBe(200);
  expect((await portal.get("/crm/objects/2026-09/deals/3?associations=contacts")).body).toMatchObject({
    associations: { contacts: { results: [{ id: "2", type: "deal_to_contact" }] } },
  });
  expect((await portal.call("DELETE", `${path}/deals/3`)).status).toBe(204);
  expect((await portal.get(`${path}/deals`)).body).toEqual({ results: [] });
});
