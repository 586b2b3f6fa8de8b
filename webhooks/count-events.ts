import type { Delivery } from "../src/hubspot/delivery.ts";
import type { EventFate, ReceiverMetrics, StoredDeliveries } from "./ports.ts";

/** Counts the events of a delivery by kind and by what became of them. */
export function countEvents(
  metrics: Pick<ReceiverMetrics, "received" | "replayed">,
  delivery: Delivery,
  fates: StoredDeliveries,
): void {
  const counts = new Map<string, { kind: string; fate: EventFate; events: number }>();
  const count = (kind: string, fate: EventFate) => {
    const entry = counts.get(`${kind} ${fate}`) ?? { kind, fate, events: 0 };
    counts.set(`${kind} ${fate}`, { ...entry, events: entry.events + 1 });
  };
  for (const { kind, portal } of delivery.notifications) {
    count(kind, kind === "other" ? "ignored" : fateOf(portal, fates));
  }
  for (const { portal } of delivery.malformed) count("malformed", fateOf(portal, fates));
  for (const { kind, fate, events } of counts.values()) metrics.received(kind, fate, events);
  if (delivery.otherApp > 0) metrics.received("any", "other_app", delivery.otherApp);
  if (fates.replayed.length > 0) metrics.replayed(fates.replayed.length);
}

function fateOf(portal: string, fates: StoredDeliveries): EventFate {
  if (fates.stored.includes(portal)) return "stored";
  return fates.replayed.includes(portal) ? "replayed" : "unknown_portal";
}
