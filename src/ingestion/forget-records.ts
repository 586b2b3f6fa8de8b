import { withoutRecords } from "../hubspot/delivery-erasure.ts";
import { markChanged } from "../scores/mark-changed.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import { deleteAssociations } from "../store/associations.ts";
import type { Queryable } from "../store/database.ts";
import type { Marking } from "../store/dirty-marks.ts";
import {
  bodiesNaming,
  deleteComputed,
  deleteFacts,
  rememberForgotten,
  replaceBodies,
} from "../store/forgetting.ts";

/**
 * Erases records for privacy: facts, events, results, history, wanted values and what stored deliveries say of them.
 * Salted tombstones keep late events from bringing them back.
 */
export async function forgetRecords(
  tx: Queryable,
  portal: string,
  erased: { readonly object: string; readonly ids: readonly string[] },
  context: { readonly needs: PortalNeeds; readonly marking: Marking },
): Promise<void> {
  const { object, ids } = erased;
  if (ids.length === 0) return;
  await markChanged(tx, portal, { object, ids, needs: context.needs }, context.marking);
  await rememberForgotten(tx, portal, object, ids);
  await deleteAssociations(tx, portal, object, ids);
  await deleteComputed(tx, portal, object, ids);
  await deleteFacts(tx, portal, object, ids);
  const idSet = new Set(ids);
  const bodies = await bodiesNaming(tx, portal, ids);
  await replaceBodies(
    tx,
    portal,
    bodies.map(({ inboxId, body }) => ({ inboxId, body: withoutRecords(body, object, idSet) })),
  );
}
