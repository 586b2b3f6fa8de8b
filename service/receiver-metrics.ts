import type { Metrics } from "../src/metrics.ts";
import type { ReceiverMetrics } from "../webhooks/ports.ts";

/** Counts what the receiver does in the service's metrics. */
export function receiverMetrics(metrics: Metrics): ReceiverMetrics {
  return {
    received: (kind, fate, events) => metrics.received.inc({ type: kind, result: fate }, events),
    refused: (reason) => metrics.received.inc({ type: "delivery", result: reason }),
    replayed: (deliveries) => metrics.received.inc({ type: "delivery", result: "replayed" }, deliveries),
    acceptedOldSignature: () => metrics.received.inc({ type: "delivery", result: "accepted_v1" }),
    enqueueFailed: () => metrics.received.inc({ type: "delivery", result: "not_enqueued" }),
    acknowledged: (ms) => metrics.ackSeconds.observe(ms / 1000),
  };
}
