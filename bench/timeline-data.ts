import type { EngagementEvent } from "../src/scoring/record.ts";

const YEAR_MS = 365 * 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 9, 1);

/** Returns a generator of numbers that look random (mulberry32), from 0 to just below 1. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Draw = (below: number) => number;

const KINDS: readonly ((draw: Draw) => Pick<EngagementEvent, "type" | "properties">)[] = [
  (draw) => ({
    type: "page_visited",
    properties: { url: `https://www.example.com/pages/${draw(400)}`, page_title: `Page ${draw(400)}` },
  }),
  (draw) => ({
    type: "page_visited",
    properties: { url: `https://www.example.com/blog/${draw(400)}`, utm_source: "google", utm_medium: "cpc" },
  }),
  (draw) => ({ type: "email_opened", properties: { email_id: String(90_000 + draw(300)), bot: "false" } }),
  (draw) => ({
    type: "email_clicked",
    properties: {
      email_id: String(90_000 + draw(300)),
      link_url: `https://www.example.com/offers/${draw(50)}`,
    },
  }),
  (draw) => ({
    type: "form_submitted",
    properties: { form_id: `form-${draw(40)}`, page_url: `https://www.example.com/pages/${draw(400)}` },
  }),
  (draw) => ({ type: "meeting_booked", properties: { meeting_type: draw(2) ? "demo" : "call" } }),
];

/** Returns the id of the contact at a place: numbers of one length, so that their order is that of the places. */
export function contactAt(place: number): string {
  return String(10_000_000_000 + place);
}

/** Returns events of a contact within the last two years; the same for the same contact and series. */
export function eventsOf(place: number, count: number, series = 0): EngagementEvent[] {
  const random = createRandom(place * 31 + series);
  const draw: Draw = (below) => Math.floor(random() * below);
  return Array.from({ length: count }, (_, index) => {
    const kind = KINDS[draw(KINDS.length)] ?? KINDS[0];
    const id = `${series}-${contactAt(place)}-${index}-${draw(1_000_000_000)}`;
    const event = kind?.(draw) ?? { type: "page_visited", properties: {} };
    return { id, occurredAt: NOW - draw(2 * YEAR_MS), ...event };
  });
}
