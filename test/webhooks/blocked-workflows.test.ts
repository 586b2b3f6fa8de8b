import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { forgetFeatures, turnFeatureOff } from "../../src/store/portal-features.ts";
import { listScores } from "../../src/store/scores.ts";
import { completeCallbacks } from "../../workers/complete-callbacks.ts";
import { ingest } from "../../workers/ingest.ts";
import { VISITS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { defineWorkflow, type TestWorkflow } from "../pipeline/workflows.ts";
import { CLIENT_SECRET, executionBody, startWorkflowServer, type WorkflowServer } from "./workflow-server.ts";

const visit = { id: "v1", type: "page_visited", occurredAt: "2026-09-30T09:00:00.000Z" };
const records = ["101", "102", "103", "104", "105", "106"].map((id) => ({
  ...{ object: "contact", id, properties: {}, events: [visit] },
}));

let portal: ScoredPortal;
let server: WorkflowServer;
let workflow: TestWorkflow;
let score: string;

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  await portal.publish(VISITS);
  score = String((await listScores(portal.db, portal.id))[0]?.scoreId);
  server = await startWorkflowServer(portal.work, portal.id);
  const inputs = { score };
  workflow = await defineWorkflow(portal.account, {
    ...{ url: server.url, action: "reset-score", clientSecret: CLIENT_SECRET, inputs },
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

/** Lets a live change of another record wait for so many seconds. */
async function delayScoring(seconds: number): Promise<void> {
  await portal.db.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     values ($1, 'contact', '101', 0, clock_timestamp() - $2 * interval '1 second')
     on conflict (portal_id, object, record_id) do update set due_at = excluded.due_at`,
    [portal.id, seconds],
  );
}

/** Makes blocked executions due at once. */
async function hurry(): Promise<void> {
  await portal.db.query(
    "update action_callbacks set due_at = clock_timestamp() where portal_id = $1 and due_at is not null",
    [portal.id],
  );
}

async function completions(after: number) {
  const calls = await portal.account.callsAfter(after);
  return calls.filter((call) => call.path.startsWith("/automation/")).map((call) => call.status);
}

async function waiting(): Promise<number> {
  const rows = await portal.db.query(
    "select 1 from action_callbacks where portal_id = $1 and due_at is not null",
    [portal.id],
  );
  return rows.length;
}

test("T81 with a backlog beyond 15 s the workflow is blocked, the reset done at once, the value told when it is written", async () => {
  await delayScoring(14);
  await workflow.until(await workflow.enrol("102"), "SUCCESS");
  await delayScoring(20);
  const callback = await workflow.enrol("103");
  const blocked = await workflow.until(callback, "BLOCK");
  expect(blocked.outputs).toEqual({
    ...{ previous_score: "10", hs_execution_state: "BLOCK", hs_expiration_duration: "PT1H" },
  });
  expect((await workflow.replay(callback)).outputs).toEqual(blocked.outputs);
  const before = await portal.account.lastCall();
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([]);
  await drain(portal.work, portal.id);
  await hurry();
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([204]);
  const final = { previous_score: "10", new_score: "0", hs_execution_state: "SUCCESS" };
  expect((await workflow.until(callback, "SUCCESS")).outputs).toEqual(final);
  expect((await portal.account.values("contact")).get("103")?.["visit_score"]).toBe("0");
  expect((await workflow.replay(callback)).outputs).toEqual(final);
  await hurry();
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([204]);
});

test("T81 a completion that fails is tried again after a pause", async () => {
  await delayScoring(20);
  const callback = await workflow.enrol("104");
  await workflow.until(callback, "BLOCK");
  await drain(portal.work, portal.id);
  await portal.account.ask("POST", "/__faults", { path: "/automation/", status: 503, times: 1 });
  const before = await portal.account.lastCall();
  await hurry();
  await completeCallbacks(portal.work);
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([503]);
  await hurry();
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([503, 204]);
  await workflow.until(callback, "SUCCESS");
});

test("T81 a block that HubSpot no longer knows spoils no other, and is not asked for again", async () => {
  await delayScoring(20);
  const expired = await workflow.enrol("105");
  await workflow.until(expired, "BLOCK");
  await portal.account.moveDays(1);
  await workflow.until(expired, "EXPIRED");
  const callback = await workflow.enrol("106");
  await workflow.until(callback, "BLOCK");
  await drain(portal.work, portal.id);
  const before = await portal.account.lastCall();
  await hurry();
  await completeCallbacks(portal.work);
  expect((await completions(before)).toSorted()).toEqual([204, 404, 404]);
  await workflow.until(callback, "SUCCESS");
  expect(await waiting()).toBe(0);
});

test("T81 a block that is expired here too is not completed", async () => {
  await delayScoring(20);
  const callback = await workflow.enrol("105");
  await workflow.until(callback, "BLOCK");
  await portal.db.query(
    "update action_callbacks set blocked_until = clock_timestamp() where portal_id = $1 and callback_id = $2",
    [portal.id, callback],
  );
  const before = await portal.account.lastCall();
  await hurry();
  await completeCallbacks(portal.work);
  expect(await completions(before)).toEqual([]);
  expect(await waiting()).toBe(0);
  await drain(portal.work, portal.id);
});

test("T81 a record that is still being read is waited for", async () => {
  const id = await portal.account.create("contact", { jobtitle: "manager" });
  await portal.account.untilDelivered();
  const callback = await workflow.enrol(id);
  await workflow.until(callback, "BLOCK");
  await ingest(portal.work, portal.id);
  await hurry();
  await completeCallbacks(portal.work);
  await drain(portal.work, portal.id);
  await hurry();
  await completeCallbacks(portal.work);
  const { outputs } = await workflow.until(callback, "SUCCESS");
  expect(outputs).toMatchObject({ new_score: "0" });
});

test("where the account may not be told later, it is told at once", async () => {
  const off = { feature: "workflow callbacks", reason: "the scope automation is not granted", scopes: [] };
  await turnFeatureOff(portal.db, portal.id, off);
  await delayScoring(20);
  const { outputs } = await workflow.until(await workflow.enrol("106"), "SUCCESS");
  expect(outputs).toMatchObject({ new_score: "0" });
  await forgetFeatures(portal.db, portal.id);
  await drain(portal.work, portal.id);
});

test("T82 too many calls at once get 429 with Retry-After in milliseconds, and come again", async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: taken, resolve: tellTaken } = Promise.withResolvers<void>();
  const callbackId = "ap-1-82-0";
  const holder = portal.db.transaction(async (tx) => {
    await tx.query(
      `insert into action_callbacks (portal_id, callback_id, action, object, record_id, score, outputs)
       values ($1, $2, 'get-score', 'contact', '102', '1', '{}')`,
      [portal.id, callbackId],
    );
    tellTaken();
    await held;
  });
  await taken;
  const body = executionBody(portal.id, { id: "102", score, callbackId });
  const calls = Array.from({ length: 9 }, () => server.post("get-score", body));
  const first = await Promise.race(calls);
  expect([first.status, first.headers.get("retry-after")]).toEqual([429, "2000"]);
  const callback = await workflow.enrol("102");
  await vi.waitFor(async () => {
    const found = (await workflow.enrolments()).find((one) => one.callbackId === callback);
    expect(found?.statuses).toEqual([429]);
  });
  release();
  await holder;
  const statuses = (await Promise.all(calls)).map((answer) => answer.status);
  expect(statuses.toSorted()).toEqual([...Array(8).fill(200), 429]);
  expect((await workflow.until(callback, "SUCCESS")).statuses).toEqual([429, 200]);
});
