import { hash } from "node:crypto";
import { type Delivery, readDelivery } from "../src/hubspot/delivery.ts";
import { checkSignature, type SignedRequest } from "../src/hubspot/signature.ts";
import { loggable } from "../src/log.ts";
import { countEvents } from "./count-events.ts";
import { withinDeadline } from "./deadline.ts";
import type {
  Clock,
  Inbox,
  InboxDelivery,
  IngestQueue,
  Log,
  ReceiverMetrics,
  RefusalReason,
  StoredDeliveries,
} from "./ports.ts";

/** What the receiver works with; `publicUrl` is the address that HubSpot calls, without the path. */
export type ReceiverParts = {
  readonly inbox: Inbox;
  readonly queue: IngestQueue;
  readonly clock: Clock;
  readonly publicUrl: string;
  /** Client secrets, several while one replaces another. */
  readonly secrets: readonly string[];
  readonly appId?: string;
  readonly log: Log;
  readonly metrics: ReceiverMetrics;
};

/** A request as received; `url` is path and query, untouched. */
export type ReceivedRequest = Omit<SignedRequest, "uri"> & { readonly url: string };

/** The answer to a request. */
export type ReceiverAnswer = {
  readonly status: number;
  readonly body: { readonly [name: string]: string | number };
};

// HubSpot waits 5 s for the whole answer.
const storeDeadlineMs = 4_000;
const enqueueDeadlineMs = 500;

/**
 * Answers a webhook delivery: 200 once its events are committed, 401 unless HubSpot signed it, 400 for a body that
 * HubSpot never sends, 503 when nothing could be committed in time. The body is read only after the signature.
 */
export async function receiveNotifications(
  parts: ReceiverParts,
  request: ReceivedRequest,
): Promise<ReceiverAnswer> {
  const startedAt = performance.now();
  const uri = parts.publicUrl.replace(/\/+$/, "") + request.url;
  const receivedAt = parts.clock.now();
  const rules = { secrets: parts.secrets, now: receivedAt, fallback: "v1" } as const;
  const check = checkSignature({ ...request, uri }, rules);
  if (!check.ok) return refuse(parts, 401, check.reason);
  if (check.version === "v1") parts.metrics.acceptedOldSignature();
  const delivery = readDelivery(request.body, parts.appId);
  if (delivery === undefined || delivery.homeless > 0) return refuse(parts, 400, "bad_body");
  const signatureDigest = hash("sha256", check.signature);
  const answer = await keep(parts, delivery, { signatureDigest, receivedAt, body: request.body });
  parts.metrics.acknowledged(performance.now() - startedAt);
  return answer;
}

/** Counts and logs a refusal and returns its answer. */
export function refuse(
  parts: Pick<ReceiverParts, "log" | "metrics">,
  status: number,
  reason: RefusalReason,
): ReceiverAnswer {
  parts.metrics.refused(reason);
  parts.log.warn({ status, reason }, "webhook delivery refused");
  return { status, body: { error: reason } };
}

type Envelope = Pick<InboxDelivery, "signatureDigest" | "receivedAt" | "body">;

async function keep(parts: ReceiverParts, delivery: Delivery, envelope: Envelope): Promise<ReceiverAnswer> {
  const counts = eventCounts(delivery);
  const deliveries = [...counts].map(([portal, eventCount]) => ({ portal, eventCount, ...envelope }));
  let fates: StoredDeliveries = { stored: [], unknown: [], replayed: [] };
  if (deliveries.length > 0) {
    try {
      fates = await withinDeadline(storeDeadlineMs, () => parts.inbox.store(deliveries));
    } catch (error) {
      parts.log.error(loggable(error), "webhook delivery could not be stored");
      return refuse(parts, 503, "store_unavailable");
    }
  }
  countEvents(parts.metrics, delivery, fates);
  await enqueueAll(parts, fates.stored);
  return { status: 200, body: { stored: fates.stored.length } };
}

function eventCounts(delivery: Delivery): Map<string, number> {
  const counts = new Map<string, number>();
  const useful = delivery.notifications.filter((notification) => notification.kind !== "other");
  for (const { portal } of [...useful, ...delivery.malformed])
    counts.set(portal, (counts.get(portal) ?? 0) + 1);
  return counts;
}

// What is stored is safe without a job: the sweeper finds it. So a queue that is away must not spoil the answer.
async function enqueueAll(parts: ReceiverParts, portals: readonly string[]): Promise<void> {
  const work = async () => {
    await Promise.all(portals.map((portal) => parts.queue.enqueue("ingest", { portal })));
  };
  try {
    await withinDeadline(enqueueDeadlineMs, work);
  } catch (error) {
    parts.metrics.enqueueFailed();
    parts.log.warn(loggable(error), "ingest job not enqueued; the sweeper will");
  }
}
