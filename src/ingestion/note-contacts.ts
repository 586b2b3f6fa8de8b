import { ADDITIONAL_EMAILS, EMAIL } from "../scores/account-facts.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import { type ContactKey, replaceContactKeys } from "../store/contact-keys.ts";
import type { Queryable } from "../store/database.ts";
import type { StoredRecord } from "../store/records.ts";
import { RECORD_ID } from "../store/waiting-events.ts";
import { attachTo } from "./attach-events.ts";
import { countEvents } from "./count-events.ts";

function addressesIn(text: string): string[] {
  return text
    .split(";")
    .map((address) => address.trim().toLowerCase())
    .filter((address) => address !== "");
}

/** The values of one property that name a contact: additional e-mail addresses name it as its first one does. */
function valuesOf(record: StoredRecord, property: string): ContactKey[] {
  const text = (Object.hasOwn(record.properties, property) ? record.properties[property] : null) ?? "";
  if (property === EMAIL || property === ADDITIONAL_EMAILS)
    return addressesIn(text).map((value) => ({ property: EMAIL, value, contactId: record.id }));
  const value = text.trim();
  return value === "" ? [] : [{ property, value, contactId: record.id }];
}

async function meet(
  tx: Queryable,
  portal: string,
  contacts: readonly StoredRecord[],
  naming: ReadonlySet<string>,
): Promise<void> {
  const ids = contacts.map(({ id }) => id);
  const keys = contacts.flatMap((contact) => [...naming].flatMap((property) => valuesOf(contact, property)));
  await replaceContactKeys(tx, portal, ids, keys);
  const byId = ids.map((id) => ({ property: RECORD_ID, value: id, contactId: id }));
  await attachTo(tx, portal, [...byId, ...keys]);
}

/**
 * Does for contacts, as just read or changed, what their events ask for: notes by which values events name them, puts
 * what waited for them into their timelines, and counts what only counters tell of. The contacts are to be marked as
 * changed by whoever saved them.
 */
export async function noteContacts(
  tx: Queryable,
  portal: string,
  contacts: readonly StoredRecord[],
  needs: PortalNeeds,
): Promise<void> {
  if (contacts.length === 0) return;
  if (needs.naming.size > 0) await meet(tx, portal, contacts, needs.naming);
  await countEvents(tx, portal, contacts, needs);
}
