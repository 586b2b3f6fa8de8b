import type { PropertyDefinition, PropertyGroup } from "./property-definition.ts";
import { standardGroups, standardProperties } from "./standard-properties.ts";

type TypeSchema = {
  readonly properties: Map<string, PropertyDefinition>;
  readonly groups: Map<string, PropertyGroup>;
};

/** Property definitions and groups by object type id. */
export type PropertySchema = Map<string, TypeSchema>;

/** Returns an empty schema; an object type gets HubSpot's standard properties when it is first asked for. */
export function createPropertySchema(): PropertySchema {
  return new Map();
}

/** Returns the properties and groups of an object type. */
export function schemaOf(schema: PropertySchema, typeId: string): TypeSchema {
  const known = schema.get(typeId);
  if (known) return known;
  const created: TypeSchema = { properties: new Map(), groups: new Map() };
  for (const group of standardGroups(typeId)) created.groups.set(group.name, group);
  for (const property of standardProperties(typeId)) created.properties.set(property.name, property);
  schema.set(typeId, created);
  return created;
}

/** Returns one property's definition, if the portal has it. */
export function findProperty(
  schema: PropertySchema,
  typeId: string,
  name: string,
): PropertyDefinition | undefined {
  return schemaOf(schema, typeId).properties.get(name);
}

/**
 * Makes room in the schema for a value that a data file brings: an unknown property becomes a text property,
 * an unknown option of an enumeration becomes one of its options.
 */
export function admitValue(schema: PropertySchema, typeId: string, name: string, value: string | null): void {
  const { properties, groups } = schemaOf(schema, typeId);
  const known = properties.get(name);
  if (!known) {
    const group = groups.keys().next().value ?? "information";
    properties.set(name, textProperty(name, group));
  } else if (known.type === "enumeration" && value) {
    admitOptions(known, value);
  }
}

function admitOptions(property: PropertyDefinition, value: string): void {
  for (const option of optionsIn(property, value)) {
    if (property.options.some((known) => known.value === option)) continue;
    const added = { label: option, value: option, displayOrder: property.options.length, hidden: false };
    property.options = [...property.options, added];
  }
}

/** Returns the options that a value names: several, separated by `;`, for checkboxes, else the value itself. */
export function optionsIn(property: PropertyDefinition, value: string): readonly string[] {
  return property.fieldType === "checkbox" ? value.split(";").filter((option) => option !== "") : [value];
}

function textProperty(name: string, groupName: string): PropertyDefinition {
  return {
    name,
    label: name,
    description: "",
    groupName,
    type: "string",
    fieldType: "text",
    options: [],
    displayOrder: -1,
    hidden: false,
    formField: false,
    hasUniqueValue: false,
    hubspotDefined: false,
    calculated: false,
    readOnlyValue: false,
    createdAt: undefined,
    updatedAt: undefined,
  };
}
