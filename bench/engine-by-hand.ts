// The score of engine-definition.ts as a programmer writes it down for this one definition: no rules as data, no closures.
import type { EngagementEvent, Properties, ScoredRecord } from "../src/scoring/record.ts";
import { AT } from "./engine-contacts.ts";
import type { Outcome } from "./engine-contestant.ts";

const DAY = 86_400_000;
const POINT = 10_000;
const WEBSITE = { percent: 20, period: 30 * DAY };
const CONTENT = { percent: 25, period: 60 * DAY };
const EMAIL = { percent: 10, period: 15 * DAY };
const SALES = { percent: 0, period: DAY };

/** One contact's sums (hundredths of a percent of a point) by rule, and when one of them next changes (ms). */
type Sums = ReturnType<typeof newSums>;

function newSums() {
  return {
    pricing: 0,
    product: 0,
    blog: 0,
    paid: 0,
    careers: 0,
    demoForm: 0,
    otherForm: 0,
    cta: 0,
    media: 0,
    webinar: 0,
    opened: 0,
    clicked: 0,
    replied: 0,
    bounced: 0,
    demoMeeting: 0,
    meetingDone: 0,
    noShow: 0,
    call: 0,
    next: Number.POSITIVE_INFINITY,
  };
}

function fold(text: string | null | undefined): string {
  return text ? text.trim().toLowerCase() : "";
}

function clamp(units: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, units));
}

/** Returns the percentage that is left of an event's points. */
function percentLeft(sums: Sums, time: number, decay: { percent: number; period: number }): number {
  if (time > AT) {
    if (time < sums.next) sums.next = time;
    return 0;
  }
  if (decay.percent === 0) return 100;
  const steps = Math.floor((AT - time) / decay.period);
  const left = 100 - decay.percent * steps;
  if (left <= 0) return 0;
  const change = time + (steps + 1) * decay.period;
  if (change < sums.next) sums.next = change;
  return left;
}

function addPage(sums: Sums, { properties, occurredAt }: EngagementEvent): void {
  const url = fold(properties["url"]);
  const left = percentLeft;
  if (url.includes("/pricing") || url.includes("/plans")) sums.pricing += left(sums, occurredAt, WEBSITE);
  if (url.includes("/product")) sums.product += left(sums, occurredAt, WEBSITE);
  if (url.includes("/blog")) sums.blog += left(sums, occurredAt, WEBSITE);
  if (url.includes("/careers")) sums.careers += left(sums, occurredAt, WEBSITE);
  if (fold(properties["utm_medium"]) !== "cpc") return;
  const source = fold(properties["utm_source"]);
  if (source === "google" || source === "bing") sums.paid += left(sums, occurredAt, WEBSITE);
}

function addForm(sums: Sums, { properties, occurredAt }: EngagementEvent): void {
  const form = fold(properties["form_id"]);
  if (form === "") return;
  const left = percentLeft(sums, occurredAt, CONTENT);
  if (form === "demo-request" || form === "contact-sales") sums.demoForm += left;
  else sums.otherForm += left;
}

function addMeeting(sums: Sums, { properties, occurredAt }: EngagementEvent): void {
  const leaves = occurredAt + 180 * DAY;
  if (leaves <= AT || fold(properties["meeting_type"]) !== "demo") return;
  sums.demoMeeting += percentLeft(sums, occurredAt, SALES);
  if (leaves < sums.next) sums.next = leaves;
}

function addOutcome(sums: Sums, { properties, occurredAt }: EngagementEvent): void {
  const outcome = fold(properties["outcome"]);
  if (outcome === "completed") sums.meetingDone += percentLeft(sums, occurredAt, SALES);
  else if (outcome === "no_show" || outcome === "canceled")
    sums.noShow += percentLeft(sums, occurredAt, SALES);
}

function addEvent(sums: Sums, event: EngagementEvent): void {
  const { properties, occurredAt } = event;
  switch (event.type) {
    case "page_visited":
      addPage(sums, event);
      return;
    case "form_submitted":
      addForm(sums, event);
      return;
    case "cta_clicked":
      sums.cta += percentLeft(sums, occurredAt, CONTENT);
      return;
    case "media_played":
      if (Number(properties["seconds"]) > 60) sums.media += percentLeft(sums, occurredAt, CONTENT);
      return;
    case "marketing_event_registered":
      sums.webinar += percentLeft(sums, occurredAt, CONTENT);
      return;
    case "email_opened":
      if (fold(properties["bot"]) === "false") sums.opened += percentLeft(sums, occurredAt, EMAIL);
      return;
    case "email_clicked":
      if (fold(properties["link_url"]).includes("/offers"))
        sums.clicked += percentLeft(sums, occurredAt, EMAIL);
      return;
    case "email_replied":
      sums.replied += percentLeft(sums, occurredAt, EMAIL);
      return;
    case "email_bounced":
      sums.bounced += percentLeft(sums, occurredAt, EMAIL);
      return;
    case "meeting_booked":
      addMeeting(sums, event);
      return;
    case "meeting_outcome_changed":
      addOutcome(sums, event);
      return;
    case "call_ended":
      if (Number(properties["duration_seconds"]) >= 120) sums.call += percentLeft(sums, occurredAt, SALES);
      return;
  }
}

/** Points times percent left, in ten-thousandths, up to three times the points. */
function capped(percents: number, points: number): number {
  return points * (percents > 300 ? 30_000 : percents * 100);
}

function engagementOf(sums: Sums): number {
  const website =
    capped(sums.pricing, 4) +
    capped(sums.product, 2) +
    capped(sums.blog, 0.5) +
    capped(sums.paid, 1) +
    capped(sums.careers, -3);
  const content =
    capped(sums.demoForm, 10) +
    capped(sums.otherForm, 3) +
    capped(sums.cta, 2) +
    capped(sums.media, 2) +
    capped(sums.webinar, 5);
  const email =
    capped(sums.opened, 1) + capped(sums.clicked, 2) + capped(sums.replied, 5) + capped(sums.bounced, -5);
  const sales =
    capped(sums.demoMeeting, 12) +
    capped(sums.meetingDone, 15) +
    capped(sums.noShow, -6) +
    capped(sums.call, 4);
  const all =
    Math.min(website, 40 * POINT) +
    Math.min(content, 30 * POINT) +
    clamp(email, -20 * POINT, 20 * POINT) +
    Math.min(sales, 50 * POINT);
  return clamp(all, 0, 70 * POINT);
}

function companyPoints(properties: Properties): number {
  const industry = fold(properties["industry"]);
  const country = fold(properties["country"]);
  const { numemployees } = properties;
  const employees = numemployees ? Number(numemployees) : 0;
  let points = 0;
  if (industry === "software" || industry === "finance" || industry === "telecom") points += 10;
  if (employees >= 50 && employees <= 500) points += 8;
  if (employees > 500) points += 12;
  if (country === "norway" || country === "sweden" || country === "denmark") points += 5;
  if (Number(properties["annualrevenue"] ?? 0) >= 1_000_000) points += 6;
  if (fold(properties["company_type"]) === "competitor") points -= 20;
  return clamp(points, -10, 30);
}

function personPoints(properties: Properties, isNew: boolean): number {
  const title = fold(properties["jobtitle"]);
  const email = fold(properties["email"]);
  const stage = fold(properties["lifecyclestage"]);
  let points = 0;
  if (title.includes("director") || title.includes("vp") || title.includes("head of")) points += 10;
  if (title.includes("student") || title.includes("intern")) points -= 10;
  if (email.endsWith("@gmail.com") || email.endsWith("@hotmail.com")) points -= 5;
  if (stage === "lead" || stage === "marketingqualifiedlead") points += 4;
  if (properties["budget"]) points += 3;
  if (isNew) points += 5;
  return clamp(points, -10, 20);
}

function label(engagement: number, fit: number): string {
  const first = fit >= 25 ? "A" : fit >= 10 ? "B" : "C";
  return first + (engagement >= 40 ? "1" : engagement >= 20 ? "2" : "3");
}

function round(units: number): number {
  return units < 0 ? 0 - Math.round(-units / POINT) : Math.round(units / POINT);
}

/** Returns the score of a contact at the instant of all evaluations. */
export function scoreByHand({ properties, events }: ScoredRecord): Outcome {
  const sums = newSums();
  for (const event of events) addEvent(sums, event);
  const created = Date.parse(properties["createdate"] ?? "");
  const aged = created + 60 * DAY;
  if (aged > AT && aged < sums.next) sums.next = aged;
  const engaged = engagementOf(sums);
  const fits = clamp(companyPoints(properties) + personPoints(properties, aged > AT), -20, 40) * POINT;
  const engagement = round(engaged);
  const fit = round(fits);
  return {
    value: round(clamp(engaged + fits, 0, 100 * POINT)),
    engagement,
    fit,
    threshold: label(engagement, fit),
    validUntil: sums.next === Number.POSITIVE_INFINITY ? null : sums.next,
  };
}
