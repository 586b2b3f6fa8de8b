import { parseExactJson } from "../../src/hubspot/exact-json.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import { deleteAssociations } from "../../src/store/associations.ts";
import type { Queryable } from "../../src/store/database.ts";
import type { Marking } from "../../src/store/dirty-marks.ts";
import {
  bodiesNaming,
  deleteComputed,
  deleteFacts,
  rememberForgotten,
  replaceBodies,
} from "../../src/store/forgetting.ts";

const ID_FIELDS = ["objectId", "fromObjectId", "toObjectId", "primaryObjectId", "newObjectId"];

function isAbout(event: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof event !== "object" || event === null) return false;
  return ID_FIELDS.some((field) => ids.has(String(Reflect.get(event, field))));
}

function withoutRecords(body: Buffer, ids: ReadonlySet<string>): Buffer {
  const events = parseExactJson(body.toString("utf8"));
  if (!Array.isArray(events)) return Buffer.from("[]");
  return Buffer.from(JSON.stringify(events.filter((event) => !isAbout(event, ids))));
}

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
    bodies.map(({ inboxId, body }) => ({ inboxId, body: withoutRecords(body, idSet) })),
  );
}
