import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { isDenied } from "../../src/hubspot/hubspot-error.ts";
import { getList, listMemberships } from "../../src/hubspot/lists.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import { LIVE } from "../../src/store/dirty-marks.ts";
import { noteMissingList, replaceListMembers } from "../../src/store/lists.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import type { WorkContext } from "../work-context.ts";

/** Reads who is on a list, and marks who entered or left. */
export async function refreshList(
  work: WorkContext,
  portal: string,
  from: {
    readonly object: string;
    readonly listId: string;
    readonly client: HubSpotClient;
    readonly needs: PortalNeeds;
  },
): Promise<void> {
  const { object, listId, client, needs } = from;
  const readFrom = work.clock.now();
  const list = await getList(client, listId);
  if (!list) {
    // Its members stay as last read: a score keeps its last scope.
    await noteMissingList(work.db, portal, listId);
    work.log.warn(
      { portal, listId },
      "a list that a score reads is gone from HubSpot: its last members stand",
    );
    return;
  }
  const members: string[] = [];
  for await (const page of listMemberships(client, listId)) members.push(...page);
  await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    const read = { listId, object, name: list.name, readFrom, now: work.clock.now() };
    const ids = await replaceListMembers(tx, portal, read, members);
    await markChanged(tx, portal, { object, ids, needs }, { priority: LIVE, delayMs: 0 });
  });
}

/** A list that the account may not read keeps its last members. */
export function passDenied(error: unknown): void {
  if (!isDenied(error)) throw error;
}

/** Reads the members of every list that the portal's scores look at, and marks who entered or left. */
export async function refreshLists(
  work: WorkContext,
  portal: string,
  client: HubSpotClient,
  needs: PortalNeeds,
): Promise<void> {
  for (const [object, own] of needs.objects) {
    for (const listId of own.lists)
      await refreshList(work, portal, { object, listId, client, needs }).catch(passDenied);
  }
}
