import type { Queryable } from "../store/database.ts";
import { type Marking, markAssociated, markDirty } from "../store/dirty-marks.ts";
import type { PortalNeeds } from "./portal-needs.ts";

/** Marks changed records for scoring, and the records whose scores read them through an association. */
export async function markChanged(
  tx: Queryable,
  portal: string,
  changed: { readonly object: string; readonly ids: readonly string[]; readonly needs: PortalNeeds },
  marking: Marking,
): Promise<void> {
  const { object, ids } = changed;
  const own = changed.needs.objects.get(object);
  if (own?.isScored) await markDirty(tx, portal, { object, ids }, marking);
  const toObjects = [...(own?.readBy ?? [])];
  await markAssociated(tx, portal, { object, ids, toObjects }, marking);
}
