import type { PresentedKey } from "../src/portals/api-keys.ts";
import { keyProperties } from "../src/store/api-keys.ts";
import type { Database } from "../src/store/database.ts";
import { rememberOwnEvents } from "../src/store/own-event-ids.ts";
import { keepWaiting } from "../src/store/waiting-events.ts";
import { type EventFault, type ReadEvents, readOwnEvents } from "./own-event-body.ts";
import type { Clock, IngestQueue, Log } from "./ports.ts";
import { type Problem, problemOf } from "./problem.ts";
import { type KeyedAnswer, refusal } from "./send-answer.ts";

/** What the route of customers' own events works with. */
export type OwnEventParts = {
  readonly db: Database;
  readonly queue: IngestQueue;
  readonly clock: Clock;
  readonly log: Log;
};

/** How many events of a request are new, how many were sent before, and what is wrong with the rest. */
type Taken = {
  readonly accepted: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly errors: readonly EventFault[];
};

export type OwnEventAnswer = KeyedAnswer<Taken | (Problem & { readonly errors?: readonly EventFault[] })>;

/** Keeps the events, all or none, and returns how many were not known before. */
async function keep({ db }: OwnEventParts, portal: string, events: ReadEvents["events"]): Promise<number> {
  return db.transaction(async (tx) => {
    const first = new Map(events.toReversed().map((one) => [one.ownId, one.waiting]));
    const fresh = await rememberOwnEvents(tx, portal, [...first.keys()]);
    const kept = [...first].filter(([id]) => fresh.has(id)).map(([, waiting]) => waiting);
    await keepWaiting(tx, portal, kept, { isNew: true });
    return kept.length;
  });
}

/** Answers a request with events of a customer's system: 202 once those that can be used are committed. */
export async function receiveOwnEvents(
  parts: OwnEventParts,
  key: PresentedKey,
  body: Buffer,
): Promise<OwnEventAnswer> {
  const { db, clock, queue, log } = parts;
  const read = readOwnEvents(body, {
    now: clock.now(),
    externalId: key.contactProperty ?? undefined,
    namingProperties: await keyProperties(db, key.portal),
  });
  if (typeof read === "string") return refusal(400, "BAD_BODY", read);
  const { events, faults: errors } = read;
  if (events.length === 0)
    return { status: 400, body: { ...problemOf(400, "BAD_EVENTS", "no event can be used"), errors } };
  const accepted = await keep(parts, key.portal, events);
  // What is stored is safe without a job: the sweeper finds it.
  if (accepted > 0)
    await queue
      .enqueue("ingest", { portal: key.portal })
      .catch(() => log.warn({ portal: key.portal }, "ingestion could not be woken"));
  const rejected = new Set(errors.map(({ index }) => index)).size;
  return { status: 202, body: { accepted, repeated: events.length - accepted, rejected, errors } };
}
