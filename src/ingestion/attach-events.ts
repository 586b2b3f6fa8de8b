import { type ContactKey, contactsNamed } from "../store/contact-keys.ts";
import type { Queryable } from "../store/database.ts";
import { forgottenAmong } from "../store/forgetting.ts";
import { mergedInto } from "../store/merging.ts";
import { presentAmong } from "../store/records.ts";
import {
  claimNewWaiting,
  keepWaiting,
  type NamingValue,
  RECORD_ID,
  takeWaiting,
  type WaitingEvent,
} from "../store/waiting-events.ts";
import { addEvents } from "./add-events.ts";

/** What events of one source name: how many were looked at, and the contacts that got new ones. */
export type Attached = { readonly events: number; readonly contacts: readonly string[] };

const keyOf = ({ property, value }: NamingValue): string => JSON.stringify([property, value]);

function distinct(events: readonly WaitingEvent[]): NamingValue[] {
  return [
    ...new Map(
      events.map(({ property, value }) => [keyOf({ property, value }), { property, value }]),
    ).values(),
  ];
}

async function contactsWithIds(tx: Queryable, portal: string, ids: readonly string[]): Promise<ContactKey[]> {
  if (ids.length === 0) return [];
  const merged = await mergedInto(tx, portal, "contact", ids);
  const owners = ids.map((id) => ({ property: RECORD_ID, value: id, contactId: merged.get(id) ?? id }));
  const present = await presentAmong(
    tx,
    portal,
    "contact",
    owners.map((one) => one.contactId),
  );
  return owners.filter((one) => present.has(one.contactId));
}

async function ownersOf(
  tx: Queryable,
  portal: string,
  values: readonly NamingValue[],
): Promise<ContactKey[]> {
  const ids = values.filter((one) => one.property === RECORD_ID).map((one) => one.value);
  const named = values.filter((one) => one.property !== RECORD_ID);
  return [
    ...(await contactsWithIds(tx, portal, ids)),
    ...(named.length === 0 ? [] : await contactsNamed(tx, portal, named)),
  ];
}

/** Drops what waits for contacts that were erased and that nobody present has taken the place of. */
async function dropForgotten(tx: Queryable, portal: string, values: readonly NamingValue[]): Promise<void> {
  for (const [property, own] of Map.groupBy(values, (one) => one.property)) {
    const kind = forgottenKind(property);
    const gone = await forgottenAmong(
      tx,
      portal,
      kind,
      own.map((one) => one.value),
    );
    await takeWaiting(
      tx,
      portal,
      [...gone].map((value) => ({ property, value })),
    );
  }
}

/** Under what the values of an erased contact's property are remembered, as salted digests. */
export function forgottenKind(property: string): string {
  return property === RECORD_ID ? "contact" : `contact ${property}`;
}

/** Puts what waits for these contacts into their timelines. Returns the contacts that got new events. */
export async function attachTo(
  tx: Queryable,
  portal: string,
  owners: readonly ContactKey[],
): Promise<string[]> {
  const events = await takeWaiting(tx, portal, owners);
  const contactOf = new Map(owners.map((owner) => [keyOf(owner), owner.contactId]));
  const found = events.flatMap(({ event, ...named }) => {
    const contactId = contactOf.get(keyOf(named));
    return contactId === undefined ? [] : [{ contactId, event }];
  });
  return addEvents(tx, portal, found);
}

async function attachNamed(tx: Queryable, portal: string, values: readonly NamingValue[]): Promise<string[]> {
  const owners = await ownersOf(tx, portal, values);
  const owned = new Set(owners.map(keyOf));
  await dropForgotten(
    tx,
    portal,
    values.filter((one) => !owned.has(keyOf(one))),
  );
  return attachTo(tx, portal, owners);
}

/**
 * Looks for the contacts of up to `limit` new events: what finds its contact goes into its timeline, the rest waits until
 * the contact appears. The portal's data lock must be held.
 */
export async function attachNew(tx: Queryable, portal: string, limit: number): Promise<Attached> {
  const claimed = await claimNewWaiting(tx, portal, limit);
  return { events: claimed.length, contacts: await attachNamed(tx, portal, distinct(claimed)) };
}

/** Keeps events as read from a source and puts those of known contacts into the timelines. Returns the contacts that got new ones. */
export async function keepAndAttach(
  tx: Queryable,
  portal: string,
  events: readonly WaitingEvent[],
): Promise<string[]> {
  await keepWaiting(tx, portal, events, { isNew: false });
  return attachNamed(tx, portal, distinct(events));
}
