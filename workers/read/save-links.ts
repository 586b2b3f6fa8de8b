import type { Association } from "../../src/hubspot/associations.ts";
import { type Direction, replaceAssociations } from "../../src/store/associations.ts";
import type { Queryable } from "../../src/store/database.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";

/** The associations read of these records, in one direction. */
export type ReadLinks = { readonly fromIds: readonly string[]; readonly found: readonly Association[] };

/** Saves the associations of records as read, but those of records erased meanwhile. Returns the others they lead to. */
export async function saveLinks(
  tx: Queryable,
  portal: string,
  direction: Direction,
  read: ReadLinks,
): Promise<string[]> {
  const toIds = [...new Set(read.found.map((link) => link.toId))];
  const goneFrom = await forgottenAmong(tx, portal, direction.fromObject, read.fromIds);
  const goneTo = await forgottenAmong(tx, portal, direction.toObject, toIds);
  const fromIds = read.fromIds.filter((id) => !goneFrom.has(id));
  const found = read.found.filter((link) => !goneFrom.has(link.fromId) && !goneTo.has(link.toId));
  await replaceAssociations(tx, portal, direction, { fromIds, found });
  return [...new Set(found.map((link) => link.toId))];
}
