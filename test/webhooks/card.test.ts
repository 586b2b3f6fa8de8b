import { afterAll, beforeAll, expect, test } from "vitest";
import { readCard } from "../../src/card/read-card.ts";
import { type ScoreAnswer, scoreAnswerSchema } from "../../src/card/score-answer.ts";
import { settingsAnswerSchema } from "../../src/card/settings-answer.ts";
import { savePortal } from "../../src/store/portals.ts";
import { saveRecords } from "../../src/store/records.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { define, READINESS, TITLE, VISITS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { type CardServer, PUBLIC_URL, startCardServer } from "./card-server.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-01T09:00:00.000Z");
const OTHER = "999";

function visits(...daysAgo: readonly number[]) {
  return daysAgo.map((days, index) => ({
    ...{ id: `visit-${index}`, type: "page_visited" },
    occurredAt: new Date(START - days * DAY_MS).toISOString(),
  }));
}

const isIn = (industry: string) => ({ property: "industry", operator: "IS_ANY_OF", values: [industry] });

const records = [
  { object: "company", id: "900", properties: { industry: "SOFTWARE" } },
  { object: "contact", id: "101", properties: { jobtitle: "Chief of sales" }, events: visits(29, 1) },
  { object: "contact", id: "102", properties: { jobtitle: "manager" }, events: visits() },
];

const INDUSTRY = define({
  ...{ schema: 1, name: "Industry", object: "company", type: "fit", limit: { max: 100 } },
  property: { name: "industry_score" },
  groups: [
    {
      name: "Company",
      side: "fit",
      limit: { max: 30 },
      rules: [
        { id: "software", where: isIn("SOFTWARE"), points: 50 },
        { id: "unclear", where: { property: "domain", operator: "IS_UNKNOWN" }, points: -5 },
      ],
    },
  ],
});

const unscored = (id: string) => ({
  ...{ id, properties: {}, changed: {}, history: {}, deletedAt: null, restoredAt: null },
});

let portal: ScoredPortal;
let server: CardServer;

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  await portal.publish(VISITS, TITLE, READINESS, INDUSTRY);
  server = await startCardServer(portal.work, portal.id);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

const scoreUrl = (id: string, type = "0-1") => `${PUBLIC_URL}/card/score?objectTypeId=${type}&objectId=${id}`;

async function scoresOf(answer: Response): Promise<ScoreAnswer> {
  expect(answer.status).toBe(200);
  return scoreAnswerSchema.parse(await answer.json());
}

function named(answer: ScoreAnswer, name: string) {
  const score = answer.scores.find((one) => one.name === name);
  if (!score) throw new Error(`no ${name} in the answer`);
  return score;
}

async function refusalOf(answer: Response) {
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const { status, code } = (await answer.json()) as { status: number; code: string };
  expect(status).toBe(answer.status);
  return [status, code];
}

test("a card shows every score of the record: value, label, reasons with their next change, history", async () => {
  const answer = await scoresOf(await server.call(scoreUrl("101")));
  expect(answer).toMatchObject({ record: { object: "contact", id: "101" }, isWaiting: false });
  expect(answer.scores.map((score) => score.name).sort()).toEqual(["Readiness", "Title", "Visits"]);
  expect(named(answer, "Visits")).toMatchObject({
    ...{ type: "engagement", value: 20, label: null, canReset: true, resetAt: null, cut: 0 },
    reasons: [
      {
        ...{ rule: "visit", name: "visit", group: "Website", side: "engagement", points: 20, matches: 2 },
        next: { at: START + DAY_MS, points: 15 },
      },
    ],
    next: { at: START + DAY_MS, value: 15, label: null },
    history: [{ value: 20, label: null }],
  });
  expect(named(answer, "Title")).toMatchObject({
    ...{ value: 40, label: "High", canReset: false, next: null },
    reasons: [{ rule: "chief", points: 40, next: null }],
  });
  expect(named(answer, "Readiness")).toMatchObject({ value: 30, engagement: 10, fit: 20, label: "B2" });
});

test("a company's card shows what speaks for and against it, and what a limit cut", async () => {
  const { scores } = await scoresOf(await server.call(scoreUrl("900", "0-2")));
  expect(scores).toMatchObject([
    {
      ...{ name: "Industry", value: 30, cut: -15, next: null },
      reasons: [
        { rule: "software", points: 50 },
        { rule: "unclear", points: -5 },
      ],
    },
  ]);
});

test("the value on the card is the one written to HubSpot", async () => {
  const written = (await portal.account.values("contact")).get("101");
  const answer = await scoresOf(await server.call(scoreUrl("101")));
  expect(String(named(answer, "Visits").value)).toBe(written?.["visit_score"]);
  expect(String(named(answer, "Title").value)).toBe(written?.["title_score"]);
});

test("reasons and cut make the value, at every score", async () => {
  for (const id of ["101", "102"]) {
    const { scores } = await scoresOf(await server.call(scoreUrl(id)));
    for (const { value, cut, reasons } of scores)
      expect(reasons.reduce((sum, reason) => sum + reason.points, cut)).toBe(value);
  }
});

test("a card costs ten queries at most, whatever the number of scores", async () => {
  let queries = 0;
  const { db, catalogue } = portal.work;
  const counting = {
    query<Row>(sql: string, values?: readonly unknown[]) {
      queries++;
      return db.query<Row>(sql, values);
    },
  };
  const record = { object: "contact", id: "101" };
  const answer = await readCard({ db: counting, catalogue }, portal.id, record, portal.work.clock.now());
  expect(answer?.scores).toHaveLength(3);
  expect(queries).toBeLessThanOrEqual(10);
});

test("a record of a type without scores is answered with none; one that is not held with 404", async () => {
  await saveRecords(portal.db, portal.id, "deal", [unscored("5")]);
  expect(await scoresOf(await server.call(scoreUrl("5", "0-3")))).toMatchObject({ scores: [] });
  for (const [id, type] of [
    ["6", "0-3"],
    ["1", "0-2"],
    ["5", "0-5"],
  ] as const)
    expect(await refusalOf(await server.call(scoreUrl(id, type)))).toEqual([404, "UNKNOWN_RECORD"]);
  expect(await refusalOf(await server.call(scoreUrl("404")))).toEqual([404, "UNKNOWN_RECORD"]);
  await savePortal(portal.db, OTHER, "UTC");
  await saveDraft(portal.db, OTHER, TITLE);
  await portal.db.query(
    `insert into score_versions select $1, score_id, 1, draft, 0, 'test' from scores where portal_id = $1`,
    [OTHER],
  );
  await portal.db.query("update scores set status = 'on', live_version = 1 where portal_id = $1", [OTHER]);
  expect(await refusalOf(await server.call(scoreUrl("101"), { portal: OTHER }))).toEqual([
    404,
    "UNKNOWN_RECORD",
  ]);
});

test("a portal that is not connected, named twice, or not at all is refused", async () => {
  expect(await refusalOf(await server.call(scoreUrl("101"), { portal: "31" }))).toEqual([
    403,
    "NOT_CONNECTED",
  ]);
  const asked = `${scoreUrl("101")}&portalId=${portal.id}`;
  expect(await refusalOf(await server.call(asked, { portal: OTHER }))).toEqual([400, "BAD_PORTAL"]);
  expect(await refusalOf(await server.call(scoreUrl("101"), { portal: "x" }))).toEqual([400, "BAD_PORTAL"]);
});

test("a record that is named badly is refused", async () => {
  for (const url of [`${PUBLIC_URL}/card/score`, scoreUrl("1'"), scoreUrl("101", "contact")])
    expect(await refusalOf(await server.call(url))).toEqual([400, "BAD_RECORD"]);
  expect(await refusalOf(await server.call(`${scoreUrl("101")}&objectId=102`))).toEqual([400, "BAD_RECORD"]);
  const posts = [undefined, [], { objectTypeId: "0-1" }, { objectTypeId: "0-1", objectId: 101 }];
  for (const body of posts)
    expect(await refusalOf(await server.call(`${PUBLIC_URL}/card/reset`, { method: "POST", body }))).toEqual([
      400,
      "BAD_RECORD",
    ]);
});

test("T07 v3 counts alone where it is sent, v2 where it is absent; no, wrong and stale signatures get 401", async () => {
  await scoresOf(await server.call(scoreUrl("101"), { sign: "v3" }));
  await scoresOf(await server.call(scoreUrl("101"), { sign: "v2" }));
  for (const wrong of [
    { sign: "not at all" },
    { sign: "v3", secret: "another" },
    { sign: "v2", secret: "another" },
    { sign: "v3", aside: -300_001 },
  ] as const) {
    expect(await refusalOf(await server.call(scoreUrl("101"), wrong))).toEqual([401, "BAD_SIGNATURE"]);
  }
});

test("recalculating marks the record ahead of the background", async () => {
  const url = `${PUBLIC_URL}/card/recalculate`;
  const body = { objectTypeId: "0-1", objectId: 102 };
  const answer = await scoresOf(await server.call(url, { method: "POST", body }));
  expect(answer).toMatchObject({ record: { id: "102" }, isWaiting: true });
  const marks = await portal.db.query("select record_id, priority from dirty_marks where portal_id = $1", [
    portal.id,
  ]);
  expect(marks).toEqual([{ record_id: "102", priority: 0 }]);
  await drain(portal.work, portal.id);
  expect(await scoresOf(await server.call(scoreUrl("102")))).toMatchObject({ isWaiting: false });
  const unknown = { objectTypeId: "0-1", objectId: 404 };
  expect(await refusalOf(await server.call(url, { method: "POST", body: unknown }))).toEqual([
    404,
    "UNKNOWN_RECORD",
  ]);
});

test("resetting shows the new value at once, writes it, and leaves other scores alone", async () => {
  const before = await scoresOf(await server.call(scoreUrl("101")));
  const reset = (score: string, objectId = "101") =>
    server.call(`${PUBLIC_URL}/card/reset`, {
      method: "POST",
      body: { objectTypeId: "0-1", objectId, score },
    });
  const answer = await scoresOf(await reset(named(before, "Visits").score));
  expect(named(answer, "Visits")).toMatchObject({ value: 0, reasons: [], next: null });
  expect(answer.at - (named(answer, "Visits").resetAt ?? 0)).toBeLessThan(1_000);
  expect(named(answer, "Readiness").value).toBe(30);
  await drain(portal.work, portal.id);
  expect((await portal.account.values("contact")).get("101")).toMatchObject({
    ...{ visit_score: "0", readiness: "30" },
  });
  expect(await refusalOf(await reset(named(before, "Title").score))).toEqual([422, "NOT_RESETTABLE"]);
  expect(await refusalOf(await reset("12345"))).toEqual([422, "NOT_RESETTABLE"]);
  expect(await refusalOf(await reset(named(before, "Visits").score, "404"))).toEqual([404, "UNKNOWN_RECORD"]);
});

test("the settings page hears of the connection, the scores' health and what went wrong", async () => {
  await saveDraft(portal.db, portal.id, { ...TITLE, name: "Planned" });
  await portal.db.query(
    "update pending_writes set refusal = 'INVALID_OPTION', pending = false where portal_id = $1 and record_id = '102'",
    [portal.id],
  );
  const answer = await server.call(`${PUBLIC_URL}/card/settings`);
  const settings = settingsAnswerSchema.parse(await answer.json());
  expect(settings).toMatchObject({
    portal: { id: portal.id, timeZone: "Europe/Amsterdam", status: "active" },
    consoleUrl: PUBLIC_URL,
    callsStopped: false,
    troubles: { refusedWrites: 1, failedScorings: 0, failedDeliveries: 0 },
    backfills: [],
  });
  expect(settings.scores.map(({ name, status, version }) => [name, status, version])).toEqual([
    ["Industry", "on", 1],
    ["Planned", "draft", null],
    ["Readiness", "on", 1],
    ["Title", "on", 1],
    ["Visits", "on", 1],
  ]);
});
