import type { Clock } from "../clock.ts";
import { type Notification, notificationText } from "./notification.ts";
import { signatureHeaders } from "./sign-delivery.ts";
import type { WebhookSettings } from "./subscription.ts";

const LARGEST_BATCH = 100;
const TIMEOUT_MS = 5000;
const RETRIES = 10;

export type DeliveryCounts = {
  notificationsSent: number;
  notificationsPending: number;
  inFlight: number;
  failed: number;
  retried: number;
  requests: number;
};
export type Delivery = {
  add(notification: Notification): void;
  counts(): DeliveryCounts;
  [Symbol.asyncDispose](): Promise<void>;
};

type Queue = {
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly waiting: Notification[];
  readonly timers: Set<NodeJS.Timeout>;
  readonly requests: Set<Promise<void>>;
  readonly closing: AbortController;
  readonly counts: DeliveryCounts;
  windowOpen: boolean;
};

/**
 * Delivers notifications to the target URL: gathered over a short window, at most 100 a request, a bounded
 * number of requests in flight, 5 s each, up to 10 retries with growing delays.
 */
export function startDelivery(settings: WebhookSettings, clock: Clock): Delivery {
  const counts = {
    notificationsSent: 0,
    notificationsPending: 0,
    inFlight: 0,
    failed: 0,
    retried: 0,
    requests: 0,
  };
  const queue: Queue = {
    settings,
    clock,
    counts,
    waiting: [],
    timers: new Set(),
    requests: new Set(),
    closing: new AbortController(),
    windowOpen: false,
  };
  return {
    add: (notification) => {
      counts.notificationsPending += 1;
      enqueue(queue, notification);
    },
    counts: () => ({ ...counts }),
    [Symbol.asyncDispose]: async () => {
      queue.closing.abort();
      for (const timer of queue.timers) clearTimeout(timer);
      await Promise.allSettled(queue.requests);
    },
  };
}

function enqueue(queue: Queue, notification: Notification): void {
  queue.waiting.push(notification);
  if (queue.windowOpen) return;
  queue.windowOpen = true;
  later(queue, queue.settings.windowMs, () => {
    queue.windowOpen = false;
    send(queue);
  });
}

function later(queue: Queue, delayMs: number, work: () => void): void {
  if (queue.closing.signal.aborted) return;
  const timer = setTimeout(() => {
    queue.timers.delete(timer);
    work();
  }, delayMs);
  queue.timers.add(timer);
}

function send(queue: Queue): void {
  const { waiting, counts, settings, closing } = queue;
  while (waiting.length > 0 && counts.inFlight < settings.maxConcurrentRequests && !closing.signal.aborted) {
    const batch = waiting.splice(0, LARGEST_BATCH);
    counts.inFlight += 1;
    counts.requests += 1;
    const request = post(queue, batch).then((accepted) => {
      counts.inFlight -= 1;
      queue.requests.delete(request);
      if (accepted) settle(queue, batch);
      else retry(queue, batch);
      send(queue);
    });
    queue.requests.add(request);
  }
}

async function post(queue: Queue, batch: readonly Notification[]): Promise<boolean> {
  const { targetUrl: url, clientSecret: secret } = queue.settings;
  const body = notificationText(batch);
  const signed = signatureHeaders({ url, secret, body, timestamp: queue.clock.now() });
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), queue.closing.signal]);
  try {
    const headers = { "content-type": "application/json", "user-agent": "HubSpot Connect 2.0", ...signed };
    const answer = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function settle(queue: Queue, batch: readonly Notification[]): void {
  queue.counts.notificationsSent += batch.length;
  queue.counts.notificationsPending -= batch.length;
}

function retry(queue: Queue, batch: readonly Notification[]): void {
  const again: Notification[] = [];
  for (const notification of batch) {
    if (notification.attemptNumber < RETRIES)
      again.push({ ...notification, attemptNumber: notification.attemptNumber + 1 });
  }
  queue.counts.retried += again.length;
  queue.counts.failed += batch.length - again.length;
  queue.counts.notificationsPending -= batch.length - again.length;
  const attempt = again[0]?.attemptNumber ?? 0;
  later(queue, queue.settings.retryDelayMs * attempt, () => {
    for (const notification of again) enqueue(queue, notification);
  });
}
