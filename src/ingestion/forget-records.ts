import { withoutRecords } from "../hubspot/delivery-erasure.ts";
import { markChanged } from "../scores/mark-changed.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import { deleteAssociations } from "../store/associations.ts";
import { keysOfContacts } from "../store/contact-keys.ts";
import type { Queryable } from "../store/database.ts";
import type { Marking } from "../store/dirty-marks.ts";
import {
  bodiesNaming,
  deleteComputed,
  deleteFacts,
  rememberForgotten,
  replaceBodies,
} from "../store/forgetting.ts";
import { takeMergedFrom } from "../store/merging.ts";
import { RECORD_ID, takeWaiting } from "../store/waiting-events.ts";
import { forgottenKind } from "./attach-events.ts";

/** Cuts what concerns these records out of all stored deliveries. */
export async function cutFromDeliveries(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  const idSet = new Set(ids);
  const bodies = await bodiesNaming(tx, portal, ids);
  await replaceBodies(
    tx,
    portal,
    bodies.map(({ inboxId, body }) => ({ inboxId, body: withoutRecords(body, object, idSet) })),
  );
}

/** Erases the events that wait for contacts, and leaves tombstones of the values by which events name them. */
async function forgetNamed(tx: Queryable, portal: string, ids: readonly string[]): Promise<void> {
  const keys = await keysOfContacts(tx, portal, ids);
  for (const [property, own] of Map.groupBy(keys, (key) => key.property)) {
    const values = own.map((key) => key.value);
    await rememberForgotten(tx, portal, forgottenKind(property), values);
  }
  await takeWaiting(tx, portal, [...keys, ...ids.map((value) => ({ property: RECORD_ID, value }))]);
}

/**
 * Erases records for privacy: facts, events, results, history, wanted values and what stored deliveries say of them
 * and of the records merged into them. Salted tombstones keep late events from bringing any of them back.
 */
export async function forgetRecords(
  tx: Queryable,
  portal: string,
  erased: { readonly object: string; readonly ids: readonly string[] },
  context: { readonly needs: PortalNeeds; readonly marking: Marking },
): Promise<void> {
  const { object } = erased;
  if (erased.ids.length === 0) return;
  const ids = [...erased.ids, ...(await takeMergedFrom(tx, portal, object, erased.ids))];
  await markChanged(tx, portal, { object, ids, needs: context.needs }, context.marking);
  await rememberForgotten(tx, portal, object, ids);
  if (object === "contact") await forgetNamed(tx, portal, ids);
  await deleteAssociations(tx, portal, object, ids);
  await deleteComputed(tx, portal, object, ids);
  await deleteFacts(tx, portal, object, ids);
  await cutFromDeliveries(tx, portal, object, ids);
}
