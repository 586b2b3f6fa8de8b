import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { isoText } from "../instant.ts";
import type { ListChange } from "../portal/list-store.ts";
import type { PortalSite } from "../portal-site.ts";

const KEPT_MS = 3 * 86_400_000;

export type JournalSubscription = {
  readonly id: number;
  readonly portalId: number;
  readonly listIds: readonly string[];
  readonly actions: readonly string[];
  readonly createdAt: number;
};

/** An entry of the journal: a file of events under the offset that names it. */
type JournalFile = {
  readonly offset: string;
  readonly publishedAt: number;
  readonly events: readonly object[];
};

/** The journal of the app: its subscriptions and what was told of them, oldest first. */
export type Journal = {
  /** Where its files lie, once the emulator listens. */
  url: string;
  readonly subscriptions: Map<number, JournalSubscription>;
  /** The entries that are kept. */
  files(): readonly JournalFile[];
  subscribe(wanted: Pick<JournalSubscription, "portalId" | "listIds" | "actions">): JournalSubscription;
  /** Listens to a portal's lists; nothing is told of a portal that has not installed the app. */
  follow(site: PortalSite): void;
};

function actionOf({ isMember }: ListChange): string {
  return isMember ? "ADDED_TO_LIST" : "REMOVED_FROM_LIST";
}

// How HubSpot names list and record in such an event is not documented: these are its names elsewhere in the journal and of lists.
function wireEvent(portalId: number, change: ListChange) {
  return {
    type: "listMembership",
    portalId,
    occurredAt: isoText(change.occurredAt),
    action: actionOf(change),
    listId: Number(change.listId),
    objectTypeId: change.objectTypeId,
    objectId: Number(change.recordId),
  };
}

/** Returns an empty journal. */
export function createJournal(clock: Clock): Journal {
  const subscriptions: Journal["subscriptions"] = new Map();
  let kept: JournalFile[] = [];
  let lastId = 60_000_000;
  const isWanted = (portalId: number, change: ListChange): boolean =>
    [...subscriptions.values()].some(
      (one) =>
        one.portalId === portalId &&
        one.listIds.includes(change.listId) &&
        one.actions.includes(actionOf(change)),
    );
  const files = (): readonly JournalFile[] => {
    const oldest = clock.now() - KEPT_MS;
    kept = kept.filter((file) => file.publishedAt >= oldest);
    return kept;
  };
  return {
    url: "",
    subscriptions,
    files,
    subscribe(wanted) {
      lastId += 1;
      const subscription = { id: lastId, createdAt: clock.now(), ...wanted };
      subscriptions.set(lastId, subscription);
      return subscription;
    },
    follow({ portal, tokens }) {
      portal.listListeners.add((changes) => {
        if (tokens.refreshTokens.size === 0) return;
        const told = changes.filter((change) => isWanted(portal.id, change));
        if (told.length === 0) return;
        const events = told.map((change) => wireEvent(portal.id, change));
        kept.push({ offset: randomUUID(), publishedAt: clock.now(), events });
      });
    },
  };
}
