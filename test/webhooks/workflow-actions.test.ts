import { afterAll, beforeAll, expect, test } from "vitest";
import { readCard } from "../../src/card/read-card.ts";
import { givenAdjustments } from "../../src/scores/given-adjustments.ts";
import { scoreRecords } from "../../src/scores/score-records.ts";
import { testRecord } from "../../src/scores/test-record.ts";
import { LIVE } from "../../src/store/dirty-marks.ts";
import { savePortal } from "../../src/store/portals.ts";
import { listScores, saveDraft } from "../../src/store/scores.ts";
import { READINESS, TITLE, VISITS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { executionBody, startWorkflowServer, type WorkflowServer } from "./workflow-server.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-01T09:00:00.000Z");
const OTHER = "999";

function visits(...daysAgo: readonly number[]) {
  return daysAgo.map((days, index) => ({
    ...{ id: `visit-${index}`, type: "page_visited" },
    occurredAt: new Date(START - days * DAY_MS).toISOString(),
  }));
}

const records = ["101", "102", "103", "104", "105", "106", "107"].map((id) => ({
  ...{ object: "contact", id, properties: { jobtitle: "Chief of sales" } },
  events: visits(2, 1),
}));

let portal: ScoredPortal;
let server: WorkflowServer;
const ids: { [name: string]: string } = {};

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  await portal.publish(VISITS, TITLE, READINESS);
  await saveDraft(portal.db, portal.id, { ...TITLE, name: "Planned" });
  for (const score of await listScores(portal.db, portal.id)) ids[score.name] = String(score.scoreId);
  server = await startWorkflowServer(portal.work, portal.id);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

const idOf = (name: string) => ids[name] ?? "";

async function shown(id: string, property: string) {
  return (await portal.account.values("contact")).get(id)?.[property];
}

async function resetsOf(id: string): Promise<number> {
  const rows = await portal.db.query("select 1 from resets where portal_id = $1 and record_id = $2", [
    portal.id,
    id,
  ]);
  return rows.length;
}

test("reset answers the value before and after, and brings the property down", async () => {
  const outputs = await server.execute("reset-score", { id: "101", score: idOf("Visits") });
  expect(outputs).toEqual({ previous_score: "20", new_score: "0", hs_execution_state: "SUCCESS" });
  await drain(portal.work, portal.id);
  expect(await shown("101", "visit_score")).toBe("0");
  expect(await shown("102", "visit_score")).toBe("20");
  expect(await shown("101", "readiness")).toBe("30");
});

test("T78 the same callback has one effect and one answer, again and twice at once", async () => {
  const asked = { id: "102", score: idOf("Visits"), callbackId: "ap-1-78-0" };
  const together = await Promise.all([1, 2, 3, 4].map(() => server.execute("reset-score", asked)));
  for (const outputs of together) expect(outputs).toEqual(together[0]);
  expect(together[0]).toMatchObject({ previous_score: "20", new_score: "0" });
  await drain(portal.work, portal.id);
  expect(await server.execute("reset-score", asked)).toEqual(together[0]);
  expect(await resetsOf("102")).toBe(1);
});

test("T79 a reset during a computation wins, older events that come later stay away, newer ones count", async () => {
  const { db, work, id: account } = portal;
  const { promise: computed, resolve: finish } = Promise.withResolvers<void>();
  const { promise: loaded, resolve: tellLoaded } = Promise.withResolvers<void>();
  // A computation that has read the record without the reset, and saves afterwards.
  const slow = db.transaction(async (tx) => {
    const marks = [{ object: "contact", id: "104", priority: LIVE } as const];
    await scoreRecords(tx, work.catalogue, account, { marks, at: work.clock.now() });
    tellLoaded();
    await computed;
  });
  await loaded;
  const outputs = server.execute("reset-score", { id: "104", score: idOf("Visits") });
  expect(await outputs).toMatchObject({ previous_score: "20", new_score: "0" });
  finish();
  await slow;
  await drain(work, account);
  expect(await shown("104", "visit_score")).toBe("0");
  await portal.account.visit("104", "older", work.clock.now() - DAY_MS);
  await portal.settle();
  expect(await shown("104", "visit_score")).toBe("0");
  await portal.account.visit("104", "newer", work.clock.now() + 10);
  await portal.account.moveDays(1);
  await portal.settle();
  expect(await shown("104", "visit_score")).toBe("10");
});

test("T80 another portal's contact, an unknown score, a deleted contact: FAIL_CONTINUE with a code, HTTP 200", async () => {
  await savePortal(portal.db, OTHER, "UTC");
  await portal.account.archive("contact", "106");
  await portal.settle();
  const score = idOf("Visits");
  const failures = [
    ["UNKNOWN_SCORE", { id: "105", score, portal: OTHER }],
    ["UNKNOWN_SCORE", { id: "105", score, portal: "31" }],
    ["UNKNOWN_SCORE", { id: "105", score: "4711" }],
    ["INVALID_INPUT", { id: "105", score: "" }],
    ["INVALID_INPUT", { id: "105", score: "1\u0000" }],
    ["INVALID_INPUT", { id: "105", score: "\ud800" }],
    ["RECORD_NOT_FOUND", { id: "106", score }],
    ["SCORE_OFF", { id: "105", score: idOf("Planned") }],
    ["WRONG_OBJECT", { id: "105", score, object: "COMPANY" }],
    ["INVALID_INPUT", { id: "105", score: idOf("Title") }],
  ] as const;
  for (const [code, asked] of failures) {
    const outputs = await server.execute("reset-score", asked);
    expect(outputs).toMatchObject({ hs_execution_state: "FAIL_CONTINUE", error_code: code });
    expect(outputs["error_message"]).not.toBe("");
  }
  expect(await resetsOf("105")).toBe(0);
});

test("T80 only a bad signature or body gets 4xx", async () => {
  const body = () => executionBody(portal.id, { id: "105", score: "4711" });
  expect((await server.post("get-score", body(), { sign: "v2" })).status).toBe(200);
  for (const wrong of [
    { sign: "not at all" },
    { sign: "v3", secret: "another" },
    { sign: "v2", secret: "another" },
    { sign: "v3", aside: -300_001 },
  ] as const)
    expect((await server.post("get-score", body(), wrong)).status).toBe(401);
  const bad = [
    "",
    "[",
    [],
    { ...body(), callbackId: undefined },
    { ...body(), origin: {} },
    { ...body(), callbackId: "ap\u0000" },
  ];
  for (const one of bad) expect((await server.post("get-score", one)).status).toBe(400);
  expect((await server.post("get-score", "x".repeat(300_000))).status).toBe(413);
});

test("get tells value, label and the weightiest reasons", async () => {
  expect(await server.execute("get-score", { id: "105", score: idOf("Readiness") })).toEqual({
    ...{ value: "30", label: "B2", top_reasons: "chief +20, visit +10 (2×)" },
    hs_execution_state: "SUCCESS",
  });
});

test("recalculate marks the record ahead of the background and answers its value", async () => {
  const outputs = await server.execute("recalculate-score", { id: "105", score: idOf("Title") });
  expect(outputs).toEqual({ new_score: "40", hs_execution_state: "SUCCESS" });
  const marks = await portal.db.query("select record_id, priority from dirty_marks where portal_id = $1", [
    portal.id,
  ]);
  expect(marks).toEqual([{ record_id: "105", priority: 0 }]);
  await drain(portal.work, portal.id);
});

test("points given count on their side until they end, are explained and on record", async () => {
  const score = idOf("Readiness");
  const inputs = { points: "-7.5", side: "fit", expires_in_days: "2", reason: "Student" };
  const outputs = await server.execute("adjust-score", { id: "105", score, inputs });
  expect(outputs).toEqual({ new_score: "23", hs_execution_state: "SUCCESS" });
  expect(await server.execute("get-score", { id: "105", score })).toMatchObject({
    top_reasons: "chief +20, visit +10 (2×), Adjusted: Student -7.5",
  });
  await drain(portal.work, portal.id);
  expect(await shown("105", "readiness")).toBe("23");
  const record = { name: "Readiness", object: "contact", id: "105" };
  const listed = () => givenAdjustments(portal.db, portal.id, record, portal.work.clock.now());
  expect(await listed()).toMatchObject([
    { side: "fit", points: -7.5, reason: "Student", by: "workflow 192814114", inForce: true },
  ]);
  const tested = await testRecord(
    portal.db,
    portal.id,
    { ...record, isDraft: false },
    portal.work.clock.now(),
  );
  expect(tested).toMatchObject({ value: 23, adjustments: [{ points: -7.5, reason: "Student" }] });
  const card = await readCard(portal.work, portal.id, record, portal.work.clock.now());
  expect(card?.scores.flatMap(({ reasons }) => reasons)).toContainEqual(
    expect.objectContaining({ name: "Student", group: null, next: { at: expect.any(Number), points: 0 } }),
  );
  await portal.account.moveDays(2);
  await portal.settle();
  expect(await shown("105", "readiness")).toBe("30");
  expect(await listed()).toMatchObject([{ reason: "Student", inForce: false }]);
});

test("a reset ends given engagement points, not given fit points", async () => {
  const score = idOf("Readiness");
  for (const side of ["engagement", "fit"]) {
    const inputs = { points: 10, side, reason: "Met at the fair" };
    await server.execute("adjust-score", { id: "107", score, inputs });
  }
  expect(await server.execute("reset-score", { id: "107", score })).toMatchObject({
    ...{ previous_score: "50", new_score: "30" },
  });
});

test("an adjustment that cannot be given says why, in a sentence that names the input", async () => {
  const fair = { points: "5", side: "engagement", reason: "Fair" };
  for (const [input, values] of Object.entries({
    points: ["", "many", "10000.5", "1.005", "0", 0, "-0", null, undefined],
    side: ["both", "fit", undefined],
    reason: [" ", undefined, 5, "a\u0000b", "half \ud83d", "x".repeat(251)],
    expires_in_days: ["0", "1.5", "soon", []],
  }))
    for (const value of values) {
      const asked = { id: "105", score: idOf("Visits"), inputs: { ...fair, [input]: value } };
      const outputs = await server.execute("adjust-score", asked);
      expect(outputs).toMatchObject({ hs_execution_state: "FAIL_CONTINUE", error_code: "INVALID_INPUT" });
      expect(outputs["error_message"]).toMatch(value === "fit" ? "side" : new RegExp(`^${input} .*: `));
      expect(outputs["error_message"]).not.toContain("Invalid input");
    }
});

test("a score that is missing is an input to mend, whatever the action", async () => {
  for (const action of ["reset-score", "recalculate-score", "adjust-score", "get-score"] as const)
    for (const score of [undefined, null, []])
      expect(await server.execute(action, { id: "105", score: "", inputs: { score } })).toEqual({
        ...{ hs_execution_state: "FAIL_CONTINUE", error_code: "INVALID_INPUT" },
        error_message: "score is missing or unusable: choose a score in the action",
      });
});

test("the callback of one action gives nothing of it to another", async () => {
  const asked = { id: "105", score: idOf("Readiness"), callbackId: "ap-1-78-1" };
  const own = await server.execute("get-score", asked);
  expect(own).toMatchObject({ hs_execution_state: "SUCCESS" });
  const other = await server.execute("reset-score", asked);
  expect(other).toMatchObject({ hs_execution_state: "FAIL_CONTINUE", error_code: "INVALID_INPUT" });
  expect(other["error_message"]).toContain("callbackId");
  expect(await resetsOf("105")).toBe(0);
  expect(await server.execute("get-score", asked)).toEqual(own);
});

test("texts that only look like escapes are kept as they are", async () => {
  const reason = "Path C:\\udata\\u0000";
  const inputs = { points: 1, side: "engagement", reason, expires_in_days: 1 };
  const asked = { id: "103", score: idOf("Visits"), inputs };
  expect(await server.execute("adjust-score", asked)).toMatchObject({ hs_execution_state: "SUCCESS" });
});

test("the editor is offered the scores of its object type that can be reset, by search and page", async () => {
  const ask = async (path: string, more: object, objectTypeId = "0-1") => {
    const origin = { portalId: Number(portal.id), actionDefinitionId: 2, actionDefinitionVersion: 3 };
    const body = { origin, objectTypeId, inputFieldName: "score", inputFields: {}, fetchOptions: more };
    const answer = await server.post(`options/${path}`, body);
    expect(answer.status).toBe(200);
    return (await answer.json()) as { options: { label: string; value: string }[]; after?: string };
  };
  const labels = ({ options }: { options: { label: string }[] }) => options.map(({ label }) => label);
  const all = await ask("scores", {});
  expect(all).toMatchObject({ searchable: true });
  expect(all.options.map(({ value }) => value)).toEqual([idOf("Readiness"), idOf("Visits")]);
  expect(labels(await ask("all-scores", {}))).toEqual(["Readiness", "Title", "Visits"]);
  expect(labels(await ask("scores", { q: "vis" }))).toEqual(["Visits"]);
  expect(labels(await ask("scores", {}, "0-3"))).toEqual([]);
  const after = Buffer.from("readiness").toString("base64url");
  expect(labels(await ask("scores", { after }))).toEqual(["Visits"]);
});
