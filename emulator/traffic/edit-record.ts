import type { CrmRecord } from "../portal/crm-record.ts";
import type { Portal } from "../portal/portal.ts";
import { findProperty } from "../portal/property-schema.ts";
import { changeProperties } from "../portal/record-changes.ts";
import type { Random } from "../seeded-random.ts";

const PERSONAL = new Set([
  "email",
  "firstname",
  "lastname",
  "phone",
  "mobilephone",
  "name",
  "domain",
  "dealname",
  "closedate",
  "createdate",
]);
const CLEARING = 0.05;

/** Edits one property of a record as a colleague would: to a value that another record of the portal has, or to none. */
export function editRecord(
  portal: Portal,
  record: CrmRecord,
  others: readonly CrmRecord[],
  random: Random,
): void {
  const names = [...record.properties.keys()].filter((name) => isEdited(portal, record.type, name));
  if (names.length === 0) return;
  const name = random.pick(names);
  const value = random.chance(CLEARING) ? "" : otherValue(record, others, name, random);
  changeProperties(portal, record, [[name, value]], "CRM_UI");
}

function isEdited(portal: Portal, type: string, name: string): boolean {
  const property = findProperty(portal.schema, type, name);
  return (
    property !== undefined &&
    !property.readOnlyValue &&
    property.createdAt === undefined &&
    !PERSONAL.has(name)
  );
}

function otherValue(record: CrmRecord, others: readonly CrmRecord[], name: string, random: Random): string {
  const present = record.properties.get(name) ?? "";
  for (let tries = 0; tries < 10; tries += 1) {
    const value = random.pick(others).properties.get(name) ?? "";
    if (value !== "" && value !== present) return value;
  }
  return present;
}
