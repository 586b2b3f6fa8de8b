import type { EngagementEvent, Properties, ScoredRecord } from "../src/scoring/record.ts";
import { contactAt, createRandom } from "./timeline-data.ts";

/** The instant (ms) of every evaluation. */
export const AT = Date.UTC(2026, 9, 1);
/** How many events a contact has. */
export const EVENTS = 50;

const DAY = 86_400_000;

type Draw = (below: number) => number;
type Kind = readonly [type: string, properties: (draw: Draw) => Properties];

function pick<Item>(draw: Draw, ...items: readonly [Item, ...Item[]]): Item {
  return items[draw(items.length)] ?? items[0];
}

const SECTIONS = ["pricing", "plans", "product", "blog", "blog", "Blog", "docs", "docs", "careers"] as const;

const pageVisited: Kind = [
  "page_visited",
  (draw) => {
    const url = `https://www.example.com/${pick(draw, ...SECTIONS)}/${draw(80)}`;
    if (draw(4) > 0) return { url, page_title: `Page ${draw(400)}` };
    return {
      url,
      utm_source: pick(draw, "google", "Bing", "linkedin"),
      utm_medium: pick(draw, "cpc", "CPC", "email"),
    };
  },
];
const emailOpened: Kind = [
  "email_opened",
  (draw) => ({ email_id: String(90_000 + draw(300)), bot: draw(8) ? "false" : "true" }),
];

const KINDS: readonly [Kind, ...Kind[]] = [
  pageVisited,
  pageVisited,
  pageVisited,
  pageVisited,
  pageVisited,
  pageVisited,
  emailOpened,
  emailOpened,
  emailOpened,
  [
    "email_clicked",
    (draw) => ({ link_url: `https://www.example.com/${pick(draw, "offers", "Offers", "news")}/${draw(50)}` }),
  ],
  ["email_replied", () => ({})],
  ["email_bounced", () => ({})],
  ["email_sent", (draw) => ({ email_id: String(90_000 + draw(300)) })],
  [
    "form_submitted",
    (draw) => ({ form_id: pick(draw, "demo-request", "Contact-Sales", "newsletter", "ebook") }),
  ],
  ["cta_clicked", (draw) => ({ cta_id: String(draw(20)) })],
  ["media_played", (draw) => ({ media_id: String(draw(30)), seconds: String(draw(200)) })],
  ["marketing_event_registered", (draw) => ({ event_id: String(draw(9)) })],
  ["meeting_booked", (draw) => ({ meeting_type: pick(draw, "Demo", "demo", "call") })],
  [
    "meeting_outcome_changed",
    (draw) => ({ outcome: pick(draw, "COMPLETED", "NO_SHOW", "CANCELED", "RESCHEDULED") }),
  ],
  ["call_ended", (draw) => ({ direction: pick(draw, "in", "out"), duration_seconds: String(draw(600)) })],
];

/** A year of events; one in fifty lies in the coming week. */
function eventsOf(contact: string, draw: Draw): EngagementEvent[] {
  const times = Array.from({ length: EVENTS }, () =>
    draw(50) === 0 ? AT + 1 + draw(7 * DAY) : AT - draw(365 * DAY),
  );
  return times
    .toSorted((a, b) => a - b)
    .map((occurredAt, index) => {
      const [type, properties] = pick(draw, ...KINDS);
      return { id: `${contact}-${index}`, type, occurredAt, properties: properties(draw) };
    });
}

function propertiesOf(place: number, draw: Draw): Properties {
  const firm = pick(draw, "gmail.com", "hotmail.com", "acme.example", "globex.example", "initech.example");
  return {
    email: `person${place}@${firm}`,
    industry: pick(draw, "SOFTWARE", "FINANCE", "TELECOM", "RETAIL", "EDUCATION", null),
    numemployees: pick(draw, "", String(1 + draw(2_000))),
    country: pick(draw, "Norway", "norway ", "Sweden", "Denmark", "Germany", "France"),
    annualrevenue: draw(2) ? String(draw(4_000_000)) : null,
    company_type: pick(draw, "prospect", "prospect", "partner", "competitor"),
    jobtitle: pick(
      draw,
      "VP Sales",
      "Director of IT",
      "Head of Growth",
      "Engineer",
      "Student",
      "Buyer",
      null,
    ),
    lifecyclestage: pick(draw, "subscriber", "lead", "marketingqualifiedlead", "customer"),
    budget: draw(3) ? null : String(draw(100_000)),
    createdate: new Date(AT - draw(400 * DAY)).toISOString(),
  };
}

/** Returns a contact by its place; always the same for the same place. */
export function engineContact(place: number): ScoredRecord {
  const random = createRandom(place * 7_919 + 1);
  const draw: Draw = (below) => Math.floor(random() * below);
  const id = contactAt(place);
  const properties = propertiesOf(place, draw);
  return {
    object: "contact",
    id,
    properties,
    history: {},
    lists: [],
    events: eventsOf(id, draw),
    associations: [],
    resets: [],
  };
}
