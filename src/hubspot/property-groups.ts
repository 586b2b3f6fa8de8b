import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { expectStatus } from "./hubspot-error.ts";
import { objectPathOf } from "./object-types.ts";

const groupSchema = z.object({ name: z.string(), label: z.string() });

/** A group under which HubSpot shows properties. */
export type PropertyGroup = z.infer<typeof groupSchema>;

/** Returns one property group of the object type, or undefined where the portal has none of that name. */
export function getPropertyGroup(
  client: HubSpotClient,
  object: string,
  name: string,
): Promise<PropertyGroup | undefined> {
  const path = `${pathOf(client, object)}/${encodeURIComponent(name)}`;
  return client.request({ method: "GET", path, answer: groupSchema }).catch(expectStatus(404));
}

/** Creates a property group and returns it, or undefined where one of that name exists (409). */
export function createPropertyGroup(
  client: HubSpotClient,
  object: string,
  group: PropertyGroup,
): Promise<PropertyGroup | undefined> {
  const body = { ...group, displayOrder: -1 };
  const path = pathOf(client, object);
  return client.request({ method: "POST", path, body, answer: groupSchema }).catch(expectStatus(409));
}

function pathOf(client: HubSpotClient, object: string): string {
  return `/crm/properties/${client.version}/${objectPathOf(object)}/groups`;
}
