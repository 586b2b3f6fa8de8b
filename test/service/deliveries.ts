import { vi } from "vitest";
import { signRequest } from "../../src/hubspot/signature.ts";
import { shown } from "../pipeline/notifications.ts";
import type { ScoredPortal } from "../pipeline/scored-portal.ts";
import { SECRET, type ServiceProcess } from "./service-process.ts";

const PATH = "/webhooks/hubspot";

/** Returns the request that HubSpot would send with these notifications, signed at `at` (ms). */
export function signedRequest(
  service: Pick<ServiceProcess, "url">,
  notifications: readonly object[],
  at: number,
) {
  const uri = service.url + PATH;
  const body = JSON.stringify(notifications);
  const headers = signRequest({ method: "POST", uri, body: Buffer.from(body) }, SECRET, at);
  return { uri, body, headers: { "content-type": "application/json", ...headers } };
}

/** Sends notifications as HubSpot would and returns the status of the answer. */
export async function deliver(
  service: Pick<ServiceProcess, "url">,
  portal: ScoredPortal,
  notifications: readonly object[],
): Promise<number> {
  const { uri, body, headers } = signedRequest(service, notifications, portal.work.clock.now());
  const answer = await fetch(uri, { method: "POST", body, headers });
  await answer.arrayBuffer();
  return answer.status;
}

/** Waits until the account shows this value. */
export async function untilShown(
  portal: ScoredPortal,
  wanted: { readonly contact: string; readonly property: string; readonly value: string },
  timeout = 15_000,
): Promise<void> {
  const look = async () => {
    const value = await shown(portal, wanted.contact, wanted.property);
    if (value !== wanted.value) throw new Error(`${wanted.property} of ${wanted.contact} is ${value}`);
  };
  await vi.waitFor(look, { timeout, interval: 50 });
}

/** Returns how many deliveries the portal's inbox holds. */
export async function countInbox({ db, id }: ScoredPortal): Promise<number> {
  const [row] = await db.query<{ rows: number }>(
    "select count(*)::int as rows from inbox where portal_id = $1",
    [id],
  );
  return row?.rows ?? 0;
}
