import type { Queryable } from "./database.ts";
import type { NamingValue } from "./waiting-events.ts";

/** A value by which events may name a contact. */
export type ContactKey = NamingValue & { readonly contactId: string };

/** Makes these the values by which events name the contacts. */
export async function replaceContactKeys(
  tx: Queryable,
  portal: string,
  contactIds: readonly string[],
  keys: readonly ContactKey[],
): Promise<void> {
  const columns = [
    keys.map((key) => key.property),
    keys.map((key) => key.value),
    keys.map((key) => key.contactId),
  ];
  await tx.query(
    `delete from contact_keys k where k.portal_id = $1 and k.contact_id = any($2) and not exists (
       select 1 from unnest($3::text[], $4::text[], $5::text[]) as n(property, value, contact_id)
       where n.property = k.property and n.value = k.value and n.contact_id = k.contact_id)`,
    [portal, contactIds, ...columns],
  );
  if (keys.length === 0) return;
  await tx.query(
    `insert into contact_keys (portal_id, property, value, contact_id)
     select $1, n.property, n.value, n.contact_id from unnest($2::text[], $3::text[], $4::text[]) as n(property, value, contact_id)
     on conflict do nothing`,
    [portal, ...columns],
  );
}

/** The present contacts that these values name; of several contacts with one value the one of the lowest id. */
export async function contactsNamed(
  db: Queryable,
  portal: string,
  values: readonly NamingValue[],
): Promise<ContactKey[]> {
  return db.query<ContactKey>(
    `select k.property, k.value, min(k.contact_id) as "contactId" from contact_keys k
     join unnest($2::text[], $3::text[]) as n(property, value) on n.property = k.property and n.value = k.value
     join records r on r.portal_id = $1 and r.object = 'contact' and r.record_id = k.contact_id and r.deleted_at is null
     where k.portal_id = $1 and k.property = any($2) and k.value = any($3) group by k.property, k.value`,
    [portal, values.map((one) => one.property), values.map((one) => one.value)],
  );
}

/** The values by which events name these contacts. */
export async function keysOfContacts(
  db: Queryable,
  portal: string,
  contactIds: readonly string[],
): Promise<NamingValue[]> {
  return db.query<NamingValue>(
    "select distinct property, value from contact_keys where portal_id = $1 and contact_id = any($2)",
    [portal, contactIds],
  );
}
