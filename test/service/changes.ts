import { titleChange } from "../pipeline/notifications.ts";
import type { ScoredPortal } from "../pipeline/scored-portal.ts";

/** Keeps the account from telling of its changes: the test delivers what it wants to. */
export async function mute({ account, receiverUrl }: ScoredPortal): Promise<void> {
  await account.ask("POST", "/__webhooks", {
    ...{ targetUrl: receiverUrl, clientSecret: "none", subscriptions: [] },
  });
}

/** Gives contacts another job title in the account. Returns the notifications of it. */
export async function changeTitles(
  portal: ScoredPortal,
  contacts: readonly string[],
  title: string,
): Promise<object[]> {
  for (const contact of contacts) await portal.account.change("contact", contact, { jobtitle: title });
  return contacts.map((contact) => titleChange(portal, contact, title));
}
