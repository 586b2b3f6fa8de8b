type OfRecord = { readonly type: string; readonly id: string };
type Common = { readonly occurredAt: number; readonly source: ChangeSource };

export type ChangeSource = "CRM_UI" | "INTEGRATION" | "IMPORT" | "FORM" | "AUTOMATION_PLATFORM";

/** Something that happened in the portal and that a webhook subscription may tell of. */
export type Change = Common &
  (
    | ({ readonly kind: "creation" | "deletion" | "privacyDeletion" | "restore" } & OfRecord)
    | ({ readonly kind: "propertyChange"; readonly property: string; readonly value: string } & OfRecord)
    | ({
        readonly kind: "merge";
        readonly primaryId: string;
        readonly mergedIds: readonly string[];
        readonly propertiesMoved: number;
      } & OfRecord)
    | ({
        readonly kind: "associationChange";
        readonly toType: string;
        readonly toId: string;
        readonly typeId: number;
        readonly category: string;
        readonly removed: boolean;
        readonly isPrimary: boolean;
      } & OfRecord)
  );

export type ChangeFeed = { readonly listeners: Set<(change: Change) => void> };

/** Returns a feed that nobody listens to yet. */
export function createChangeFeed(): ChangeFeed {
  return { listeners: new Set() };
}

/** Tells every listener of a change. */
export function announce(feed: ChangeFeed, change: Change): void {
  for (const listener of feed.listeners) listener(change);
}
