import { eventsOf } from "../src/hubspot/delivery.ts";
import { findDelivery, newestDeliveries, type StoredDelivery } from "../src/store/deliveries.ts";
import { printJson, printTable } from "./output.ts";
import { InputError, type Session } from "./session.ts";

function typeOf(event: unknown): string {
  if (typeof event !== "object" || event === null) return "unreadable";
  const type: unknown = Reflect.get(event, "subscriptionType") ?? Reflect.get(event, "eventType");
  return typeof type === "string" ? type : "unreadable";
}

/** How many events of each type a body holds. */
function typesIn(body: Buffer): { readonly [type: string]: number } {
  const counts: { [type: string]: number } = {};
  for (const event of eventsOf(body) ?? []) counts[typeOf(event)] = (counts[typeOf(event)] ?? 0) + 1;
  return counts;
}

function summary({ body }: StoredDelivery): string {
  const parts = Object.entries(typesIn(body)).map(([type, count]) => `${count} ${type}`);
  return parts.join(", ") || "none";
}

function head(delivery: StoredDelivery) {
  const { inboxId, receivedAt, state, eventCount, faults, replayedFrom } = delivery;
  return {
    ...{ id: inboxId, receivedAt: new Date(receivedAt).toISOString(), state, events: eventCount },
    ...{ faults: faults.length, replayedFrom },
  };
}

export type ListOptions = { readonly limit: number; readonly failed?: boolean; readonly since?: number };

/** Prints the newest deliveries, newest first. */
export async function listDeliveries(
  { context, portal, json }: Session,
  options: ListOptions,
): Promise<void> {
  const found = await newestDeliveries(context.db, portal, options, options.limit);
  if (json)
    return found.map((delivery) => ({ ...head(delivery), types: typesIn(delivery.body) })).forEach(printJson);
  if (found.length === 0) return console.log("no deliveries");
  const rows = found.map((delivery) => {
    const { id, receivedAt, state, faults, replayedFrom } = head(delivery);
    return [id, receivedAt, state, String(faults), replayedFrom ?? "", summary(delivery)];
  });
  printTable(["ID", "RECEIVED", "STATE", "FAULTS", "REPLAY OF", "EVENTS"], rows);
}

/** Returns the text of a delivery's id. @throws InputError where it is none. */
export function readDeliveryId(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InputError(`${text} is no delivery's id: \`scorekeeper webhook list\` shows them`);
}

/** Prints a delivery: its events as they came, and what could not be used. */
export async function showDelivery({ context, portal, json }: Session, id: string): Promise<void> {
  const delivery = await findDelivery(context.db, portal, readDeliveryId(id));
  if (!delivery)
    throw new InputError(`portal ${portal} has no delivery ${id}: \`scorekeeper webhook list\` shows them`);
  const events = eventsOf(delivery.body);
  const body = events ?? delivery.body.toString("utf8");
  if (json) return printJson({ ...head(delivery), faults: delivery.faults, body });
  const { receivedAt, state, replayedFrom } = head(delivery);
  console.log(
    `delivery ${id}, received ${receivedAt}, ${state}${replayedFrom ? `, replay of ${replayedFrom}` : ""}`,
  );
  for (const { index, reason } of delivery.faults) console.log(`event ${index + 1}: ${reason}`);
  console.log(typeof body === "string" ? body : JSON.stringify(body, undefined, 2));
}
