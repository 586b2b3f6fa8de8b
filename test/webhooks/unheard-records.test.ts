import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetFeatures, turnFeatureOff } from "../../src/store/portal-features.ts";
import { listScores } from "../../src/store/scores.ts";
import { completeCallbacks } from "../../workers/complete-callbacks.ts";
import { READINESS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { defineWorkflow, type TestWorkflow } from "../pipeline/workflows.ts";
import { CLIENT_SECRET, startWorkflowServer, type WorkflowServer } from "./workflow-server.ts";

const ACTIONS = ["reset-score", "recalculate-score", "adjust-score", "get-score"] as const;
type Name = (typeof ACTIONS)[number];

let portal: ScoredPortal;
let server: WorkflowServer;
let score: string;
const workflows = new Map<string, TestWorkflow>();

beforeAll(async () => {
  portal = await openScoredPortal({ records: [{ object: "contact", id: "101", properties: {} }] });
  await portal.publish(READINESS);
  score = String((await listScores(portal.db, portal.id))[0]?.scoreId);
  server = await startWorkflowServer(portal.work, portal.id);
  const inputs = { score, points: "5", side: "fit", reason: "Met at the fair" };
  for (const action of ACTIONS) {
    const step = { url: server.url, action, clientSecret: CLIENT_SECRET, inputs };
    workflows.set(action, await defineWorkflow(portal.account, step));
  }
  // From here on nothing is notified.
  await portal.account.ask("POST", "/__webhooks", {
    ...{ targetUrl: portal.receiverUrl, clientSecret: CLIENT_SECRET, subscriptions: [], windowMs: 0 },
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

function workflow(action: Name): TestWorkflow {
  const found = workflows.get(action);
  if (!found) throw new Error(`there is no workflow with ${action}`);
  return found;
}

/** Works until nothing is left, and tells the workflows that wait. */
async function complete(): Promise<void> {
  await drain(portal.work, portal.id);
  await portal.db.query(
    "update action_callbacks set due_at = clock_timestamp() where portal_id = $1 and due_at is not null",
    [portal.id],
  );
  await completeCallbacks(portal.work);
}

async function rows(table: string, id: string): Promise<number> {
  const found = await portal.db.query(`select 1 from ${table} where portal_id = $1 and record_id = $2`, [
    portal.id,
    id,
  ]);
  return found.length;
}

const newContact = () => portal.account.create("contact", { jobtitle: "Chief of sales" });

test.each([
  ["reset-score", { new_score: "20" }],
  ["recalculate-score", { new_score: "20" }],
  ["adjust-score", { new_score: "25" }],
  ["get-score", { value: "20" }],
] as const)(
  "%s of a contact not heard of yet asks for it and tells the value later",
  async (action, value) => {
    const id = await newContact();
    const callback = await workflow(action).enrol(id);
    const blocked = await workflow(action).until(callback, "BLOCK");
    expect(blocked.outputs).toEqual({ hs_execution_state: "BLOCK", hs_expiration_duration: "PT1H" });
    await complete();
    const { outputs } = await workflow(action).until(callback, "SUCCESS");
    expect(outputs).toMatchObject(value);
    expect(await rows("resets", id)).toBe(action === "reset-score" ? 1 : 0);
    expect(await rows("adjustments", id)).toBe(action === "adjust-score" ? 1 : 0);
  },
);

test("of a record that HubSpot does not have either, the workflow is told so later", async () => {
  const asked = { id: "40400404", score, callbackId: "ap-1-404-0" };
  expect(await server.execute("get-score", asked)).toMatchObject({ hs_execution_state: "BLOCK" });
  await complete();
  expect(await server.execute("get-score", asked)).toMatchObject({
    ...{ hs_execution_state: "FAIL_CONTINUE", error_code: "RECORD_NOT_FOUND" },
  });
  expect(await rows("pending_reads", "40400404")).toBe(0);
});

test("a call that fails for its inputs leaves nothing but the question for the record", async () => {
  const id = await newContact();
  const outputs = await server.execute("adjust-score", { id, score, inputs: { points: 0 } });
  expect(outputs).toMatchObject({ error_code: "INVALID_INPUT" });
  expect(await rows("adjustments", id)).toBe(0);
});

test("where the account may not be told later, what is asked is done, and what is unread is not told", async () => {
  const off = { feature: "workflow callbacks", reason: "the scope automation is not granted", scopes: [] };
  await turnFeatureOff(portal.db, portal.id, off);
  const id = await newContact();
  expect(await server.execute("get-score", { id, score })).toMatchObject({ error_code: "RECORD_NOT_FOUND" });
  const inputs = { points: "5", side: "fit", reason: "Met at the fair" };
  expect(await server.execute("adjust-score", { id, score, inputs })).toEqual({
    hs_execution_state: "SUCCESS",
  });
  await drain(portal.work, portal.id);
  expect(await server.execute("get-score", { id, score })).toMatchObject({ value: "25" });
  await forgetFeatures(portal.db, portal.id);
});
