import type { Notification } from "../hubspot/notification.ts";
import { markChanged } from "../scores/mark-changed.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import { moveAssociations } from "../store/associations.ts";
import type { Queryable } from "../store/database.ts";
import type { Marking } from "../store/dirty-marks.ts";
import { deleteComputed, deleteFacts } from "../store/forgetting.ts";
import { mergedInto, moveWhatWasGiven, saveMerges } from "../store/merging.ts";
import { wantReads } from "../store/pending-reads.ts";
import { mergeEvents } from "../store/timeline.ts";
import { loadTimelines, saveTimelines } from "../store/timelines.ts";
import { renewWaiting } from "../store/waiting-events.ts";

type MergeNotification = Extract<Notification, { kind: "merge" }>;

function finalWinner(id: string, direct: ReadonlyMap<string, string>): string {
  let winner = id;
  for (let hops = direct.size; hops > 0 && direct.has(winner); hops--) winner = direct.get(winner) ?? winner;
  return winner;
}

async function losersToWinners(
  tx: Queryable,
  portal: string,
  object: string,
  merges: readonly MergeNotification[],
) {
  const direct = new Map<string, string>();
  for (const merge of merges) {
    for (const loser of [merge.primaryId, ...merge.mergedIds]) {
      if (loser !== merge.recordId) direct.set(loser, merge.recordId);
    }
  }
  const known = await mergedInto(tx, portal, object, [...new Set(direct.values())]);
  const all = new Map([...known, ...direct]);
  return new Map(
    [...direct.keys()].map((loser) => [loser, finalWinner(loser, all)] as const).filter(([a, b]) => a !== b),
  );
}

async function uniteTimelines(
  tx: Queryable,
  portal: string,
  moves: ReadonlyMap<string, string>,
): Promise<void> {
  const winners = [...new Set(moves.values())];
  const timelines = await loadTimelines(tx, portal, [...moves.keys(), ...winners]);
  const united = new Map(
    winners.map((winner) => {
      const losers = [...moves].filter(([, into]) => into === winner).map(([loser]) => loser);
      const events = losers.reduce(
        (sum, loser) => mergeEvents(sum, timelines.get(loser) ?? []).events,
        timelines.get(winner) ?? [],
      );
      return [winner, events] as const;
    }),
  );
  await saveTimelines(tx, portal, united);
}

/** Makes merged records one: the winner takes events, associations, lists, resets and given points; the losers are retired. */
export async function applyMerges(
  tx: Queryable,
  portal: string,
  merges: readonly MergeNotification[],
  context: { readonly needs: PortalNeeds; readonly marking: Marking },
): Promise<void> {
  for (const [object, own] of Map.groupBy(merges, (merge) => merge.object)) {
    const moves = await losersToWinners(tx, portal, object, own);
    if (moves.size === 0) continue;
    const losers = [...moves.keys()];
    const winners = [...new Set(moves.values())];
    if (object === "contact") {
      await uniteTimelines(tx, portal, moves);
      await renewWaiting(tx, portal, losers);
    }
    await moveWhatWasGiven(tx, portal, object, moves);
    await moveAssociations(tx, portal, object, moves);
    await saveMerges(tx, portal, object, moves);
    await deleteComputed(tx, portal, object, losers);
    await deleteFacts(tx, portal, object, losers);
    await wantReads(tx, portal, object, winners);
    await markChanged(tx, portal, { object, ids: winners, needs: context.needs }, context.marking);
  }
}
