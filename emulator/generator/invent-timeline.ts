import type { ContactEvent } from "../engagement-mapping.ts";
import type { Random } from "../seeded-random.ts";
import { inventEvent, LIVE_EVENTS } from "./invent-event.ts";

type Actor = { readonly id: string; readonly createdAt: number };
type Untold = Omit<ContactEvent, "id">;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const TWO_YEARS_MS = 730 * DAY_MS;

/** How much contacts do in all: range of events, by how many contacts are like that. */
const LEVELS: readonly (readonly [readonly [least: number, most: number, recency: number], number])[] = [
  [[0, 4, 1], 35],
  [[5, 20, 1.3], 38],
  [[20, 60, 1.8], 20],
  [[60, 140, 2.5], 7],
];
const OUTCOMES: readonly (readonly [string, number])[] = [
  ["COMPLETED", 8],
  ["NO_SHOW", 1],
  ["CANCELED", 1],
];

/** Returns what a contact did in the last two years, oldest first; the busy ones did more of it lately. */
export function inventTimeline(actor: Actor, now: number, random: Random): ContactEvent[] {
  const [least, most, recency] = random.weighted(LEVELS);
  const from = Math.max(actor.createdAt, now - TWO_YEARS_MS);
  const events: Untold[] = [];
  for (let left = random.integer(least, most); left > 0; left -= 1) {
    const at = from + Math.floor((now - MINUTE_MS - from) * random.next() ** (1 / recency));
    events.push(...happening(at, now, random));
  }
  events.sort((a, b) => a.occurredAt - b.occurredAt);
  return events.map((event, index) => ({ id: `${actor.id}-${index + 1}`, ...event }));
}

function happening(occurredAt: number, now: number, random: Random): Untold[] {
  const type = random.weighted(LIVE_EVENTS);
  const properties = inventEvent(type, random);
  const event = { type, occurredAt, properties };
  if (type === "meeting_booked") return [event, ...meetingResult(event, now, random)];
  if (type === "email_opened" || type === "email_clicked") {
    return [
      { type: "email_sent", occurredAt: occurredAt - random.integer(2, 600) * MINUTE_MS, properties },
      event,
    ];
  }
  return [event];
}

function meetingResult(booked: Untold, now: number, random: Random): Untold[] {
  const occurredAt = booked.occurredAt + random.integer(1, 14) * DAY_MS;
  if (occurredAt >= now) return [];
  const properties = { ...booked.properties, outcome: random.weighted(OUTCOMES) };
  return [{ type: "meeting_outcome_changed", occurredAt, properties }];
}
