import { expect, it } from "vitest";
import { emulatedPortal } from "./emulated-portal.ts";

const PROPERTIES = "/crm/properties/2026-09/contacts";
const score = {
  name: "my_score",
  label: "My score",
  type: "number",
  fieldType: "number",
  groupName: "lead_scoring",
};

it("shows the definitions of standard and loaded properties", async () => {
  const data = [{ object: "contact", id: "1", properties: { shoe_size: "43", lifecyclestage: "reseller" } }];
  await using portal = await emulatedPortal({ data });
  expect((await portal.get(`${PROPERTIES}/email`)).body).toMatchObject({
    type: "string",
    hubspotDefined: true,
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false },
  });
  expect((await portal.get(`${PROPERTIES}/shoe_size`)).body).toMatchObject({
    type: "string",
    hubspotDefined: false,
  });
  const { options } = (await portal.get(`${PROPERTIES}/lifecyclestage`)).body as {
    options: { value: string }[];
  };
  expect(options.map(({ value }) => value)).toEqual(expect.arrayContaining(["lead", "reseller"]));
  const { results } = (await portal.get(PROPERTIES)).body as { results: { name: string }[] };
  expect(results.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["email", "hs_object_id", "shoe_size"]),
  );
});

it("creates a group and a property once, changes options and archives", async () => {
  await using portal = await emulatedPortal();
  expect((await portal.post(PROPERTIES, score)).status).toBe(400);
  const group = { name: "lead_scoring", label: "Lead scoring" };
  expect((await portal.post(`${PROPERTIES}/groups`, group)).status).toBe(201);
  expect(await portal.post(`${PROPERTIES}/groups`, group)).toMatchObject({
    status: 409,
    body: { category: "CONFLICT" },
  });
  expect((await portal.get(`${PROPERTIES}/groups/lead_scoring`)).body).toMatchObject(group);
  expect((await portal.get(`${PROPERTIES}/groups/none`)).status).toBe(404);
  expect(await portal.post(PROPERTIES, score)).toMatchObject({
    status: 201,
    body: { hubspotDefined: false },
  });
  expect((await portal.post(PROPERTIES, score)).status).toBe(409);
  const option = (value: string) => ({ label: value, value });
  const label = {
    ...score,
    name: "my_label",
    type: "enumeration",
    fieldType: "select",
    options: ["High", "Low"].map(option),
  };
  expect((await portal.post(`${PROPERTIES}/batch/create`, { inputs: [label] })).status).toBe(201);
  const changed = await portal.call("PATCH", `${PROPERTIES}/my_label`, {
    options: ["High", "Mid", "Low"].map(option),
  });
  expect(changed.body).toMatchObject({
    options: [{ value: "High", displayOrder: 0 }, { value: "Mid" }, { value: "Low" }],
  });
  expect((await portal.call("DELETE", `${PROPERTIES}/my_label`)).status).toBe(204);
  expect((await portal.get(`${PROPERTIES}/my_label`)).status).toBe(404);
});

it("takes only the options that an enumeration has", async () => {
  await using portal = await emulatedPortal({ data: [{ object: "contact", id: "1" }] });
  const write = (value: string) =>
    portal.call("PATCH", "/crm/objects/2026-09/contacts/1", { properties: { hs_lead_status: value } });
  expect((await write("OPEN")).status).toBe(200);
  expect((await write("open")).status).toBe(400);
});
