import type { EventProperties } from "../engagement-mapping.ts";
import { isoText } from "../instant.ts";
import type { RecordLine } from "../records/record-line.ts";
import type { Random } from "../seeded-random.ts";
import type { InventedCompany } from "./invent-company.ts";
import { inventTimeline } from "./invent-timeline.ts";
import { addressPart, inventName, PLACES, pickJobTitle, pickRegion } from "./people.ts";

export type ContactSeat = {
  readonly id: string;
  readonly company: InventedCompany | undefined;
  readonly labels: readonly string[];
  readonly createdAt: number;
};

const DAY_MS = 86_400_000;
const STAGES = [
  "subscriber",
  "lead",
  "marketingqualifiedlead",
  "salesqualifiedlead",
  "opportunity",
  "customer",
];
const LEAD_STATUSES = [
  "NEW",
  "OPEN",
  "IN_PROGRESS",
  "ATTEMPTED_TO_CONTACT",
  "CONNECTED",
  "UNQUALIFIED",
  "BAD_TIMING",
  "",
];
const BANDS: readonly (readonly [number, string])[] = [
  [1000, "1000+"],
  [500, "500-1000"],
  [100, "100-500"],
  [50, "50-100"],
  [25, "25-50"],
  [5, "5-25"],
  [0, "1-5"],
];
const BUYING_ROLES: readonly (readonly [string, number])[] = [
  ["", 70],
  ["END_USER", 10],
  ["INFLUENCER", 8],
  ["DECISION_MAKER", 6],
  ["BUDGET_HOLDER;DECISION_MAKER", 3],
  ["CHAMPION", 3],
];

/** Returns the record of a contact: values, lifecycle history, lists and two years of what it did. */
export function inventContact(seat: ContactSeat, now: number, random: Random): RecordLine {
  const stages = inventStages(seat.createdAt, now, random);
  const stage = stages.at(-1)?.value ?? "";
  const optedOut = random.chance(0.06);
  return {
    object: "contact",
    id: seat.id,
    properties: {
      ...inventValues(seat, random),
      lifecyclestage: stage,
      hs_email_optout: optedOut ? "true" : "false",
    },
    history: { lifecyclestage: stages },
    lists: inventLists(stage, optedOut, random),
    events: inventTimeline(seat, now, random),
    associations: seat.company
      ? [{ object: "company", id: seat.company.id, labels: ["Primary", ...seat.labels] }]
      : [],
  };
}

function inventValues({ id, company, createdAt }: ContactSeat, random: Random): EventProperties {
  const region = company && random.chance(0.9) ? company.region : pickRegion(random);
  const place = PLACES[region];
  const { given, family } = inventName(region, random);
  const domain = company?.domain ?? `mail.example.${place.tld}`;
  return {
    email: `${addressPart(given)}.${addressPart(family)}.${id}@${domain}`,
    firstname: given,
    lastname: family,
    jobtitle: pickJobTitle(random),
    company: company?.name ?? "",
    industry: company?.industry ?? "",
    numemployees: company ? bandOf(company.employees) : "",
    country: place.country,
    city: company?.city ?? random.pick(place.cities),
    hs_language: random.chance(0.85) ? place.language : "en",
    hs_lead_status: random.pick(LEAD_STATUSES),
    hs_buying_role: random.weighted(BUYING_ROLES),
    createdate: isoText(createdAt),
  };
}

function bandOf(employees: number): string {
  return BANDS.find(([from]) => employees >= from)?.[1] ?? "";
}

function inventStages(createdAt: number, now: number, random: Random) {
  const reached = random.weighted([
    [0, 20],
    [1, 35],
    [2, 20],
    [3, 10],
    [4, 7],
    [5, 8],
  ]);
  const stages = [{ value: STAGES[0], timestamp: createdAt }];
  let at = createdAt;
  for (const value of STAGES.slice(1, reached + 1)) {
    at += random.integer(DAY_MS / 4, 60 * DAY_MS);
    if (at >= now) break;
    stages.push({ value, timestamp: at });
  }
  return stages;
}

function inventLists(stage: string, optedOut: boolean, random: Random): string[] {
  const lists: string[] = [];
  if (!optedOut && random.chance(0.55)) lists.push("1");
  if (random.chance(0.12)) lists.push("2");
  if (random.chance(0.02)) lists.push("3");
  if (stage === "customer") lists.push("4");
  return lists;
}
