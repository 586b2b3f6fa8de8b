import { ACTIVITY_PROPERTIES } from "./activity-properties.ts";
import {
  COMPANY_PROPERTIES,
  DEAL_PROPERTIES,
  LEAD_PROPERTIES,
  TICKET_PROPERTIES,
} from "./company-properties.ts";
import { CONTACT_PROPERTIES } from "./contact-properties.ts";
import type { PropertyDefinition, PropertyGroup } from "./property-definition.ts";
import type { StandardProperty } from "./standard-property.ts";

type TypeTable = {
  readonly group: string;
  readonly label: string;
  readonly properties: readonly StandardProperty[];
};

const SYSTEM: readonly StandardProperty[] = [
  ["hs_object_id", "Record ID", "readonly number"],
  ["hs_merged_object_ids", "Merged record IDs", "readonly text"],
];

const CUSTOM: readonly StandardProperty[] = [
  ["hs_createdate", "Object create date/time", "readonly datetime"],
  ["hs_lastmodifieddate", "Object last modified date/time", "readonly datetime"],
];

const TABLES: { readonly [typeId: string]: TypeTable } = {
  "0-1": { group: "contactinformation", label: "Contact information", properties: CONTACT_PROPERTIES },
  "0-2": { group: "companyinformation", label: "Company information", properties: COMPANY_PROPERTIES },
  "0-3": { group: "dealinformation", label: "Deal information", properties: DEAL_PROPERTIES },
  "0-5": { group: "ticketinformation", label: "Ticket information", properties: TICKET_PROPERTIES },
  "0-136": { group: "lead_information", label: "Lead information", properties: LEAD_PROPERTIES },
};

function tableOf(typeId: string): TypeTable {
  const activity = ACTIVITY_PROPERTIES[typeId];
  const known = TABLES[typeId];
  if (known) return known;
  if (activity) return { group: "engagement", label: "Engagement information", properties: activity };
  return { group: "information", label: "Information", properties: CUSTOM };
}

/** Returns the property groups that HubSpot gives an object type. */
export function standardGroups(typeId: string): readonly PropertyGroup[] {
  const { group, label } = tableOf(typeId);
  return [{ name: group, label, displayOrder: 0 }];
}

/** Returns the properties that HubSpot gives an object type. */
export function standardProperties(typeId: string): readonly PropertyDefinition[] {
  const { group, properties } = tableOf(typeId);
  return [...SYSTEM, ...properties].map((property) => define(property, group));
}

function define(property: StandardProperty, groupName: string): PropertyDefinition {
  const [name, label, kind, options = []] = property;
  const readOnlyValue = kind.startsWith("readonly ");
  const plain = kind.replace("readonly ", "");
  return {
    name,
    label,
    description: "",
    groupName,
    type: typeOf(plain),
    fieldType: plain === "bool" ? "booleancheckbox" : plain === "datetime" ? "date" : plain,
    options: (plain === "bool" ? ["true=Yes", "false=No"] : options).map(defineOption),
    displayOrder: -1,
    hidden: false,
    formField: !readOnlyValue,
    hasUniqueValue: name === "hs_object_id",
    hubspotDefined: true,
    calculated: false,
    readOnlyValue,
    createdAt: undefined,
    updatedAt: undefined,
  };
}

function typeOf(kind: string): string {
  if (kind === "select" || kind === "checkbox") return "enumeration";
  if (kind === "text" || kind === "textarea" || kind === "phonenumber") return "string";
  return kind;
}

function defineOption(option: string, displayOrder: number) {
  const [value = option, label = value] = option.split("=");
  return { value, label, displayOrder, hidden: false };
}
