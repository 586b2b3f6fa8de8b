import { expect, test } from "vitest";
import { objectNameOf, objectPathOf, objectTypeIdOf } from "../../src/hubspot/object-types.ts";
import {
  createProperty,
  deleteProperty,
  getProperty,
  listProperties,
  replacePropertyOptions,
} from "../../src/hubspot/properties.ts";
import { createPropertyGroup, getPropertyGroup } from "../../src/hubspot/property-groups.ts";
import { startHubSpotServer } from "./hubspot-server.ts";

const wire = {
  name: "my_label",
  label: "My label",
  type: "enumeration",
  fieldType: "select",
  groupName: "scores",
  description: "",
  options: [{ label: "High", value: "high", displayOrder: 0, hidden: false, description: null }],
  calculated: false,
  hubspotDefined: false,
  modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false },
};
const read = {
  name: "my_label",
  label: "My label",
  type: "enumeration",
  fieldType: "select",
  groupName: "scores",
  options: [{ label: "High", value: "high" }],
  isReadOnly: false,
  isHubSpotDefined: false,
};

test("reads, creates, changes and deletes properties", async () => {
  await using server = await startHubSpotServer((call) => {
    if (call.method === "DELETE") return { status: 204, text: "" };
    return { json: call.url.endsWith("/contacts") && call.method === "GET" ? { results: [wire] } : wire };
  });
  const { client, calls } = server;
  expect(await listProperties(client, "contact")).toEqual([read]);
  expect(await getProperty(client, "contact", "my_label")).toEqual(read);
  const options = [
    { label: "High", value: "high" },
    { label: "Low", value: "low" },
  ];
  const property = { name: "my_label", label: "My label", groupName: "scores", options } as const;
  const created = await createProperty(client, "contact", {
    ...property,
    type: "enumeration",
    fieldType: "select",
  });
  expect(created).toEqual(read);
  await replacePropertyOptions(client, "contact", "my_label", options);
  await deleteProperty(client, "contact", "my_label");
  expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /crm/properties/2026-09/contacts",
    "GET /crm/properties/2026-09/contacts/my_label",
    "POST /crm/properties/2026-09/contacts",
    "PATCH /crm/properties/2026-09/contacts/my_label",
    "DELETE /crm/properties/2026-09/contacts/my_label",
  ]);
  const ordered = options.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false }));
  expect([calls[2]?.body["options"], calls[3]?.body]).toEqual([ordered, { options: ordered }]);
});

test("calculated properties are read-only", async () => {
  await using server = await startHubSpotServer(() => ({ json: { ...wire, calculated: true } }));
  expect(await getProperty(server.client, "contact", "x")).toMatchObject({ isReadOnly: true });
});

test("what is not there is undefined, what exists already is not created anew", async () => {
  const statuses: { [method: string]: number } = { GET: 404, POST: 409, DELETE: 404 };
  await using server = await startHubSpotServer(({ method }) => ({ status: statuses[method] ?? 500 }));
  const { client } = server;
  const property = {
    name: "a",
    label: "A",
    groupName: "scores",
    type: "number",
    fieldType: "number",
  } as const;
  expect(await getProperty(client, "contact", "a")).toBeUndefined();
  expect(await createProperty(client, "contact", property)).toBeUndefined();
  expect(await getPropertyGroup(client, "contact", "scores")).toBeUndefined();
  expect(await createPropertyGroup(client, "contact", { name: "scores", label: "Scores" })).toBeUndefined();
  await expect(deleteProperty(client, "contact", "a")).resolves.toBeUndefined();
  await expect(replacePropertyOptions(client, "contact", "a", [])).rejects.toMatchObject({ status: 500 });
});

test("creates property groups", async () => {
  await using server = await startHubSpotServer(({ body }) => ({
    status: 201,
    json: { ...body, archived: false },
  }));
  const group = { name: "scores", label: "Scores" };
  expect(await createPropertyGroup(server.client, "company", group)).toEqual(group);
  expect(server.calls).toMatchObject([{ url: "/crm/properties/2026-09/companies/groups" }]);
});

test.each([
  ["contact", "contacts", "0-1"],
  ["company", "companies", "0-2"],
  ["call", "calls", "0-48"],
  ["meeting", "meetings", "0-47"],
  ["2-123", "2-123", "2-123"],
])("%s is called %s in paths and %s in notifications", (object, path, id) => {
  expect([objectPathOf(object), objectTypeIdOf(object)]).toEqual([path, id]);
  expect([object, object.toUpperCase(), path, id].map(objectNameOf)).toEqual([
    object,
    object,
    object,
    object,
  ]);
});
