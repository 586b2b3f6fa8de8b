import { z } from "zod";
import type { ScoredPortal } from "./scored-portal.ts";

let events = 0;

type Happening = { readonly subscriptionType: string; readonly [field: string]: unknown };

/** Returns a notification of the portal, of this instant unless it says otherwise. */
export function notify({ id, work }: ScoredPortal, happening: Happening): object {
  events += 1;
  return {
    ...{ eventId: events, portalId: Number(id), appId: 1, occurredAt: work.clock.now(), attemptNumber: 0 },
    ...happening,
  };
}

/** Returns the notification of a contact's new job title. */
export function titleChange(portal: ScoredPortal, contact: string, title: string, more: object = {}): object {
  return notify(portal, {
    ...{ subscriptionType: "contact.propertyChange", objectId: Number(contact) },
    ...{ propertyName: "jobtitle", propertyValue: title, changeSource: "CRM_UI", ...more },
  });
}

const batch = z.array(z.record(z.string(), z.unknown()));

/** Returns the notifications in the portal's inbox, in the order received. */
export async function inInbox({ db, id }: ScoredPortal): Promise<Record<string, unknown>[]> {
  const rows = await db.query<{ body: Buffer }>(
    "select body from inbox where portal_id = $1 order by inbox_id",
    [id],
  );
  return rows.flatMap(({ body }) => batch.parse(JSON.parse(body.toString())));
}

/** Takes all notifications out of the portal's inbox. */
export async function takeInbox(portal: ScoredPortal): Promise<Record<string, unknown>[]> {
  const taken = await inInbox(portal);
  await portal.db.query("delete from inbox where portal_id = $1", [portal.id]);
  return taken;
}

/** Returns the values that a contact had under the portal's scores, oldest first. */
export async function pastValues({ db, id }: ScoredPortal, contact: string): Promise<(number | null)[]> {
  const rows = await db.query<{ value: number | null }>(
    "select value from score_history where portal_id = $1 and record_id = $2 order by seq",
    [id, contact],
  );
  return rows.map((row) => row.value);
}

/** Returns what the account shows of a contact's property. */
export async function shown({ account }: ScoredPortal, contact: string, property: string) {
  return (await account.values("contact")).get(contact)?.[property];
}

/** Returns the calls since `seq` that write records. */
export async function writesAfter({ account }: ScoredPortal, seq: number) {
  return (await account.callsAfter(seq)).filter(({ path }) => path.endsWith("/batch/update"));
}

/** Returns the value of a counter with these labels. */
export async function counted({ work }: ScoredPortal, name: string, labels: Record<string, string> = {}) {
  const metric = await work.metrics.registry.getSingleMetric(name)?.get();
  const matching = metric?.values.filter((value) =>
    Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted),
  );
  return matching?.reduce((sum, { value }) => sum + value, 0) ?? 0;
}
