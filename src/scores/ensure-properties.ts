import type { HubSpotClient } from "../hubspot/client.ts";
import {
  createProperty,
  getProperty,
  type NewProperty,
  type PropertyDefinition,
  replacePropertyOptions,
} from "../hubspot/properties.ts";
import { createPropertyGroup, getPropertyGroup } from "../hubspot/property-groups.ts";
import type { ScoreDefinition } from "../scoring/definition.ts";
import type { WrittenProperty } from "../scoring/written-properties.ts";
import { PublishError } from "./publish-checks.ts";
import { allWritten, type Writing } from "./reason-properties.ts";

const FIELD_TYPES = { number: "number", enumeration: "select", datetime: "date", string: "text" } as const;

function newProperty(written: WrittenProperty, definition: ScoreDefinition): NewProperty {
  const { group, description } = definition.property;
  return {
    name: written.name,
    label: written.label,
    groupName: group,
    type: written.type,
    fieldType: FIELD_TYPES[written.type],
    ...(description !== undefined && { description }),
    ...(written.options && { options: written.options.map((label) => ({ label, value: label })) }),
  };
}

function typeFault(
  written: WrittenProperty,
  existing: PropertyDefinition,
  object: string,
): string | undefined {
  if (existing.isReadOnly)
    return `the ${object} property ${written.name} exists and is read-only: choose another name`;
  if (existing.type === written.type) return undefined;
  return `the ${object} property ${written.name} exists with type ${existing.type}, not ${written.type}: choose another name, or change it in HubSpot`;
}

/** New labels go in before any value uses them; old ones stay while records may hold them. */
async function addOptions(
  client: HubSpotClient,
  object: string,
  written: WrittenProperty,
  existing: PropertyDefinition,
) {
  const wanted = written.options ?? [];
  const known = new Set(existing.options.map((option) => option.value));
  if (wanted.every((label) => known.has(label))) return;
  const kept = existing.options.filter((option) => !wanted.includes(option.value));
  await replacePropertyOptions(client, object, written.name, [
    ...wanted.map((label) => ({ label, value: label })),
    ...kept,
  ]);
}

async function ensureGroup(client: HubSpotClient, object: string, name: string): Promise<void> {
  if (await getPropertyGroup(client, object, name)) return;
  const label = name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
  await createPropertyGroup(client, object, { name, label });
}

/**
 * Creates the property group and the properties that a score writes, and adds missing labels to an existing one. Returns
 * the names of the properties that had to be made.
 * @throws PublishError where a property of that name exists and cannot hold the values.
 */
export async function ensureProperties(client: HubSpotClient, writing: Writing): Promise<string[]> {
  const { definition } = writing;
  const { object } = definition;
  const written = allWritten(writing);
  const existing = new Map<string, PropertyDefinition>();
  for (const { name } of written) {
    const found = await getProperty(client, object, name);
    if (found) existing.set(name, found);
  }
  const faults = written.flatMap((property) => {
    const found = existing.get(property.name);
    return (found && typeFault(property, found, object)) ?? [];
  });
  if (faults.length > 0) throw new PublishError(faults);
  await ensureGroup(client, object, definition.property.group);
  const created: string[] = [];
  for (const property of written) {
    const found = existing.get(property.name);
    if (found) await addOptions(client, object, property, found);
    else {
      await createProperty(client, object, newProperty(property, definition));
      created.push(property.name);
    }
  }
  return created;
}
