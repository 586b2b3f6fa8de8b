import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { expectStatus } from "./hubspot-error.ts";
import { objectPathOf } from "./object-types.ts";

const optionSchema = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().nullish(),
  hidden: z.boolean().nullish(),
});

const definitionSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    type: z.string(),
    fieldType: z.string(),
    groupName: z.string().nullish(),
    options: z.array(optionSchema).nullish(),
    calculated: z.boolean().nullish(),
    hubspotDefined: z.boolean().nullish(),
    modificationMetadata: z.object({ readOnlyValue: z.boolean().nullish() }).nullish(),
  })
  .transform((property) => ({
    name: property.name,
    label: property.label,
    type: property.type,
    fieldType: property.fieldType,
    groupName: property.groupName ?? "",
    options: (property.options ?? []).map(({ label, value }) => ({ label, value })),
    isReadOnly: property.calculated === true || property.modificationMetadata?.readOnlyValue === true,
    isHubSpotDefined: property.hubspotDefined === true,
  }));

/** A property of an object type, as the portal defines it. */
export type PropertyDefinition = z.infer<typeof definitionSchema>;

/** An allowed value of an enumeration, in the order shown. */
export type PropertyOption = { readonly label: string; readonly value: string };

/** A property to create. */
export type NewProperty = {
  readonly name: string;
  readonly label: string;
  readonly groupName: string;
  readonly type: "number" | "enumeration" | "string" | "datetime" | "bool";
  readonly fieldType: "number" | "select" | "text" | "date" | "booleancheckbox";
  readonly description?: string;
  readonly options?: readonly PropertyOption[];
};

/** Returns every property of the object type. */
export async function listProperties(client: HubSpotClient, object: string): Promise<PropertyDefinition[]> {
  const answer = z.object({ results: z.array(definitionSchema) });
  const { results } = await client.request({ method: "GET", path: pathOf(client, object), answer });
  return results;
}

/** Returns one property, or undefined where the portal has none of that name. */
export function getProperty(
  client: HubSpotClient,
  object: string,
  name: string,
): Promise<PropertyDefinition | undefined> {
  const call = client.request({
    method: "GET",
    path: pathOf(client, object, name),
    answer: definitionSchema,
  });
  return call.catch(expectStatus(404));
}

/** Creates a property and returns it, or undefined where one of that name exists (409). */
export function createProperty(
  client: HubSpotClient,
  object: string,
  property: NewProperty,
): Promise<PropertyDefinition | undefined> {
  const body = { ...property, ...(property.options && { options: orderedOptions(property.options) }) };
  const call = client.request({
    method: "POST",
    path: pathOf(client, object),
    body,
    answer: definitionSchema,
  });
  return call.catch(expectStatus(409));
}

/** Replaces all options of an enumeration and returns the property as it then is. */
export function replacePropertyOptions(
  client: HubSpotClient,
  object: string,
  name: string,
  options: readonly PropertyOption[],
): Promise<PropertyDefinition> {
  const body = { options: orderedOptions(options) };
  return client.request({
    method: "PATCH",
    path: pathOf(client, object, name),
    body,
    answer: definitionSchema,
  });
}

/** Deletes a property; one that the portal does not have counts as deleted. */
export async function deleteProperty(client: HubSpotClient, object: string, name: string): Promise<void> {
  const call = client.request({ method: "DELETE", path: pathOf(client, object, name), answer: z.unknown() });
  await call.catch(expectStatus(404));
}

function orderedOptions(options: readonly PropertyOption[]) {
  return options.map((option, index) => ({ ...option, displayOrder: index, hidden: false }));
}

function pathOf(client: HubSpotClient, object: string, name?: string): string {
  const path = `/crm/properties/${client.version}/${objectPathOf(object)}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}
