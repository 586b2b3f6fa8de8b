import type { Queryable } from "./database.ts";

/** A turn at the journal of an app: where reading stands; ages (ms) are null where it never happened. */
export type JournalTurn = {
  readonly app: string;
  readonly lease: string;
  readonly position: string | null;
  readonly readMs: number | null;
  readonly checkedMs: number | null;
  /** Whether an account has uninstalled the app since the subscriptions were compared; its data may be erased by now. */
  readonly hasLostAccount: boolean;
};

/** Takes the turn to look at the app's journal, for `leaseMs`; undefined while it is not due or another has it. */
export async function takeJournalTurn(
  db: Queryable,
  app: string,
  leaseMs: number,
): Promise<JournalTurn | undefined> {
  const [turn] = await db.query<JournalTurn>(
    `insert into journals as j (app, due_at) values ($1, clock_timestamp() + $2 * interval '1 millisecond')
     on conflict (app) do update set due_at = excluded.due_at where j.due_at <= clock_timestamp()
     returning app, due_at::text as lease, position,
       (extract(epoch from clock_timestamp() - read_at) * 1000)::float8 as "readMs",
       (extract(epoch from clock_timestamp() - checked_at) * 1000)::float8 as "checkedMs",
       exists (select 1 from portals p where p.uninstalled_at > j.checked_at) as "hasLostAccount"`,
    [app, leaseMs],
  );
  return turn;
}

/** Ends a turn; the next one is due after `waitMs`. */
export async function endJournalTurn(
  db: Queryable,
  { app, lease }: JournalTurn,
  waitMs: number,
): Promise<void> {
  await db.query(
    `update journals set due_at = clock_timestamp() + $3 * interval '1 millisecond'
     where app = $1 and due_at = $2::timestamptz`,
    [app, lease, waitMs],
  );
}

/** Moves the journal's position on; false, and nothing is moved, where it is not at `from` any more. */
export async function moveJournal(
  tx: Queryable,
  app: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): Promise<boolean> {
  const rows = await tx.query(
    `update journals set position = $3, read_at = clock_timestamp()
     where app = $1 and position is not distinct from $2 returning 1`,
    [app, from, to],
  );
  return rows.length > 0;
}

/** Notes that the subscriptions at HubSpot were compared with those wanted. */
export async function noteSubscriptionsChecked(db: Queryable, app: string): Promise<void> {
  await db.query("update journals set checked_at = clock_timestamp() where app = $1", [app]);
}

/** A portal that the journal may tell of, and whether HubSpot was seen to refuse that. */
export type JournalPortal = { readonly portal: string; readonly isRefused: boolean };

/** The active portals that installed the app by OAuth. */
export async function journalPortals(db: Queryable, feature: string): Promise<JournalPortal[]> {
  return db.query<JournalPortal>(
    `select p.portal_id as portal, coalesce(f.is_off, false) as "isRefused" from portals p
     join portal_tokens t on t.portal_id = p.portal_id
     left join portal_features f on f.portal_id = p.portal_id and f.feature = $1
     where p.status = 'active' order by p.portal_id`,
    [feature],
  );
}

/** The lists that each portal is subscribed to. */
export async function loadSubscribedLists(db: Queryable): Promise<Map<string, readonly string[]>> {
  const rows = await db.query<{ portal: string; lists: string[] }>(
    "select portal_id as portal, list_ids as lists from journal_subscriptions",
  );
  return new Map(rows.map(({ portal, lists }) => [portal, lists]));
}

/** Notes which lists a portal is subscribed to. */
export async function saveSubscription(
  tx: Queryable,
  portal: string,
  { id, listIds }: { readonly id: string; readonly listIds: readonly string[] },
): Promise<void> {
  await tx.query(
    `insert into journal_subscriptions (portal_id, subscription_id, list_ids) values ($1, $2, $3)
     on conflict (portal_id) do update set subscription_id = excluded.subscription_id, list_ids = excluded.list_ids`,
    [portal, id, listIds],
  );
}

/** Notes that these portals are subscribed to nothing. */
export async function dropSubscriptions(db: Queryable, portals: readonly string[]): Promise<void> {
  await db.query("delete from journal_subscriptions where portal_id = any($1)", [portals]);
}
