import type { EventProperties } from "../engagement-mapping.ts";
import type { Random } from "../seeded-random.ts";

export type LiveEvent =
  | "page_visited"
  | "form_submitted"
  | "email_opened"
  | "email_clicked"
  | "cta_clicked"
  | "meeting_booked"
  | "call_ended";

/** What contacts do, by how often they do it. */
export const LIVE_EVENTS: readonly (readonly [LiveEvent, number])[] = [
  ["page_visited", 40],
  ["email_opened", 22],
  ["email_clicked", 9],
  ["form_submitted", 7],
  ["cta_clicked", 6],
  ["call_ended", 9],
  ["meeting_booked", 7],
];

const PAGES: readonly (readonly [readonly [path: string, title: string], number])[] = [
  [["/", "Home"], 30],
  [["/product", "Product"], 18],
  [["/pricing", "Pricing"], 10],
  [["/customers", "Customers"], 8],
  [["/blog/why-data-quality", "Why data quality pays"], 14],
  [["/blog/planning-season", "Planning season"], 10],
  [["/docs/getting-started", "Getting started"], 6],
  [["/demo", "Book a demo"], 4],
  [["/careers", "Careers"], 3],
];
const FORMS: readonly (readonly [string, number])[] = [
  ["newsletter", 8],
  ["whitepaper", 5],
  ["webinar", 4],
  ["contact-us", 2],
  ["demo-request", 2],
];
const MAILS = ["spring-release", "monthly-news", "webinar-invitation", "customer-story", "price-update"];
const CALL_OUTCOMES: readonly (readonly [string, number])[] = [
  ["CONNECTED", 4],
  ["NO_ANSWER", 4],
  ["LEFT_VOICEMAIL", 2],
  ["BUSY", 1],
];

/** Returns believable properties of an event of that type. */
export function inventEvent(type: LiveEvent, random: Random): EventProperties {
  switch (type) {
    case "page_visited":
      return page(random);
    case "form_submitted": {
      const form = random.weighted(FORMS);
      return {
        form_id: form,
        form_name: form.replace("-", " "),
        page_url: "https://www.fjordsoft.example/resources",
      };
    }
    case "email_opened":
    case "email_clicked":
      return mail(type, random);
    case "cta_clicked":
      return random.chance(0.5)
        ? { cta_id: "cta-demo", cta_name: "See it live" }
        : { cta_id: "cta-guide", cta_name: "Get the guide" };
    case "meeting_booked":
      return {
        meeting_type: random.weighted([
          ["demo", 3],
          ["discovery", 4],
          ["review", 2],
        ]),
      };
    case "call_ended":
      return call(random);
  }
}

function page(random: Random): EventProperties {
  const [path, title] = random.weighted(PAGES);
  const visit = { url: `https://www.fjordsoft.example${path}`, page_title: title };
  if (!random.chance(0.3)) return visit;
  return {
    ...visit,
    utm_source: random.pick(["google", "linkedin", "newsletter"]),
    utm_campaign: random.pick(["brand", "autumn"]),
  };
}

function mail(type: LiveEvent, random: Random): EventProperties {
  const name = random.pick(MAILS);
  const common = { email_id: String(1000 + MAILS.indexOf(name)), email_name: name };
  return type === "email_clicked" ? { ...common, link_url: "https://www.fjordsoft.example/product" } : common;
}

function call(random: Random): EventProperties {
  const outcome = random.weighted(CALL_OUTCOMES);
  const direction = random.chance(0.15) ? "INBOUND" : "OUTBOUND";
  return outcome === "CONNECTED"
    ? { direction, outcome, duration_seconds: String(random.integer(20, 1500)) }
    : { direction, outcome };
}
