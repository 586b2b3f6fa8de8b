import { parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";

type Where = { readonly property: string; readonly operator: string; readonly values?: readonly unknown[] };

function leaf(property: string, operator: string, ...values: (string | number)[]): Where {
  return values.length === 0 ? { property, operator } : { property, operator, values };
}

/** An event rule in which every matching event counts. */
function event(id: string, type: string, points: number, rest: object = {}): object {
  const limit = points < 0 ? { min: points * 3 } : { max: points * 3 };
  return { id, event: type, points, count: "every", limit, ...rest };
}

const url = (...parts: string[]) => ({ where: leaf("url", "CONTAINS", ...parts) });

const ENGAGEMENT = [
  {
    name: "Website",
    limit: { max: 40 },
    decay: { percent: 20, everyDays: 30 },
    rules: [
      event("pricing", "page_visited", 4, url("/pricing", "/plans")),
      event("product", "page_visited", 2, url("/product")),
      event("blog", "page_visited", 0.5, url("/blog")),
      event("paid", "page_visited", 1, {
        where: {
          all: [leaf("utm_medium", "IS_EQUAL_TO", "cpc"), leaf("utm_source", "IS_ANY_OF", "google", "bing")],
        },
      }),
      event("careers", "page_visited", -3, url("/careers")),
    ],
  },
  {
    name: "Content",
    limit: { max: 30 },
    decay: { percent: 25, everyDays: 60 },
    rules: [
      event("demo_form", "form_submitted", 10, {
        where: leaf("form_id", "IS_ANY_OF", "demo-request", "contact-sales"),
      }),
      event("other_form", "form_submitted", 3, {
        where: leaf("form_id", "IS_NONE_OF", "demo-request", "contact-sales"),
      }),
      event("cta", "cta_clicked", 2),
      event("media", "media_played", 2, { where: leaf("seconds", "IS_GREATER_THAN", 60) }),
      event("webinar", "marketing_event_registered", 5),
    ],
  },
  {
    name: "E-mail",
    limit: { min: -20, max: 20 },
    decay: { percent: 10, everyDays: 15 },
    rules: [
      event("opened", "email_opened", 1, { where: leaf("bot", "IS_EQUAL_TO", "false") }),
      event("clicked", "email_clicked", 2, { where: leaf("link_url", "CONTAINS", "/offers") }),
      event("replied", "email_replied", 5),
      event("bounced", "email_bounced", -5),
    ],
  },
  {
    name: "Sales",
    limit: { max: 50 },
    rules: [
      event("demo_meeting", "meeting_booked", 12, {
        where: leaf("meeting_type", "IS_EQUAL_TO", "demo"),
        within: { lastDays: 180 },
      }),
      event("meeting_done", "meeting_outcome_changed", 15, {
        where: leaf("outcome", "IS_EQUAL_TO", "COMPLETED"),
      }),
      event("no_show", "meeting_outcome_changed", -6, {
        where: leaf("outcome", "IS_ANY_OF", "NO_SHOW", "CANCELED"),
      }),
      event("call", "call_ended", 4, { where: leaf("duration_seconds", "IS_GREATER_THAN_OR_EQUAL_TO", 120) }),
    ],
  },
];

const FIT = [
  {
    name: "Company",
    limit: { min: -10, max: 30 },
    rules: [
      { id: "industry", where: leaf("industry", "IS_ANY_OF", "SOFTWARE", "FINANCE", "TELECOM"), points: 10 },
      { id: "middle_size", where: leaf("numemployees", "IS_BETWEEN", 50, 500), points: 8 },
      { id: "large_size", where: leaf("numemployees", "IS_GREATER_THAN", 500), points: 12 },
      { id: "country", where: leaf("country", "IS_EQUAL_TO", "Norway", "Sweden", "Denmark"), points: 5 },
      {
        id: "revenue",
        where: leaf("annualrevenue", "IS_GREATER_THAN_OR_EQUAL_TO", 1_000_000),
        points: 6,
      },
      { id: "competitor", where: leaf("company_type", "IS_EQUAL_TO", "competitor"), points: -20 },
    ],
  },
  {
    name: "Person",
    limit: { min: -10, max: 20 },
    rules: [
      { id: "senior", where: leaf("jobtitle", "CONTAINS", "director", "vp", "head of"), points: 10 },
      { id: "student", where: leaf("jobtitle", "CONTAINS", "student", "intern"), points: -10 },
      { id: "private_mail", where: leaf("email", "ENDS_WITH", "@gmail.com", "@hotmail.com"), points: -5 },
      {
        id: "stage",
        where: leaf("lifecyclestage", "IS_ANY_OF", "lead", "marketingqualifiedlead"),
        points: 4,
      },
      { id: "budget", where: leaf("budget", "IS_KNOWN"), points: 3 },
      { id: "new", where: leaf("createdate", "IS_LESS_THAN_X_DAYS_AGO", 60), points: 5 },
    ],
  },
];

const DOCUMENT = {
  schema: 1,
  name: "Sales readiness",
  object: "contact",
  type: "combined",
  limit: { max: 100 },
  sides: { engagement: { max: 70 }, fit: { min: -20, max: 40 } },
  groups: [
    ...ENGAGEMENT.map((group) => ({ ...group, side: "engagement" })),
    ...FIT.map((group) => ({ ...group, side: "fit" })),
  ],
  property: { name: "sales_readiness" },
  thresholds: {
    fit: [{ label: "A", from: 25 }, { label: "B", from: 10 }, { label: "C" }],
    engagement: [{ label: "1", from: 40 }, { label: "2", from: 20 }, { label: "3" }],
  },
};

/** Returns the score that every contestant computes: six groups, eighteen event and twelve property rules. */
export function engineDefinition(): ScoreDefinition {
  const parsed = parseDefinition(DOCUMENT);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.definition;
}
