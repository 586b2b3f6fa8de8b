import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmulatedAccount, startAccount } from "../pipeline/emulated-account.ts";
import { defineWorkflow } from "../pipeline/workflows.ts";

const SECRET = "app-secret";
const CALLBACKS = "/automation/actions/callbacks/2026-09";
const HOUR_MS = 3_600_000;

type Reply = {
  readonly status: number;
  readonly headers?: { [name: string]: string };
  readonly outputs?: object;
};

let account: EmulatedAccount;
let replies: Reply[] = [];
let received: { readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
const app = createServer(async (request, response) => {
  received.push({ headers: request.headers, body: await text(request) });
  const { status, headers = {}, outputs = {} } = replies.shift() ?? { status: 200 };
  response.writeHead(status, headers).end(JSON.stringify({ outputFields: outputs }));
});
let url = "";

beforeAll(async () => {
  account = await startAccount({ data: [{ object: "contact", id: "7", properties: { jobtitle: "vp" } }] });
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
});

afterAll(async () => {
  app.closeAllConnections();
  app.close();
  await account[Symbol.asyncDispose]();
});

function define(signature: "v2" | "v3" = "v3") {
  received = [];
  const inputs = { score: "12", title: { property: "jobtitle" } };
  return defineWorkflow(account, { url, action: "reset-score", clientSecret: SECRET, inputs, signature });
}

const BLOCK = { hs_execution_state: "BLOCK", hs_expiration_duration: "P1DT1H" };
const SUCCESS = { hs_execution_state: "SUCCESS", value: "5" };

test("an action is called with the documented body, signed with v2 and v3, or v2 alone", async () => {
  const workflow = await define();
  const callbackId = await workflow.enrol("7");
  await workflow.until(callbackId, "SUCCESS");
  const [call] = received;
  expect(JSON.parse(call?.body ?? "")).toMatchObject({
    callbackId,
    origin: { portalId: account.emulator.portalId },
    context: { source: "WORKFLOWS" },
    object: { objectId: 7, objectType: "CONTACT" },
    inputFields: { score: "12", title: "vp" },
  });
  const signed = `${SECRET}POST${url}/workflow-actions/reset-score${call?.body}`;
  expect(call?.headers).toMatchObject({
    "x-hubspot-signature": createHash("sha256").update(signed).digest("hex"),
    "x-hubspot-signature-version": "v2",
    "x-hubspot-signature-v3": expect.any(String),
  });
  const older = await define("v2");
  await older.until(await older.enrol("7"), "SUCCESS");
  expect(received[0]?.headers["x-hubspot-signature-v3"]).toBeUndefined();
});

test("429 is repeated when Retry-After says, in milliseconds, 5xx with growing pauses, other refusals never", async () => {
  const workflow = await define();
  replies = [{ status: 429, headers: { "retry-after": "120" } }, { status: 503 }, { status: 500 }];
  const startedAt = performance.now();
  const retried = await workflow.until(await workflow.enrol("7"), "SUCCESS");
  expect(retried.statuses).toEqual([429, 503, 500, 200]);
  expect(performance.now() - startedAt).toBeGreaterThan(120 + 100 + 200);
  replies = [{ status: 400 }];
  expect((await workflow.until(await workflow.enrol("7"), "FAILED")).statuses).toEqual([400]);
  replies = [{ status: 200, outputs: { hs_execution_state: "FAIL_CONTINUE", error_code: "NO" } }];
  const failed = await workflow.until(await workflow.enrol("7"), "FAIL_CONTINUE");
  expect(failed.outputs).toMatchObject({ error_code: "NO" });
});

test("a blocked step is completed once, alone or in a batch, in the documented shape", async () => {
  const workflow = await define();
  replies = [1, 2, 3].map(() => ({ status: 200, outputs: BLOCK }));
  const [first = "", ...others] = await Promise.all([1, 2, 3].map(() => workflow.enrol("7")));
  for (const callbackId of [first, ...others]) await workflow.until(callbackId, "BLOCK");
  const completion = { outputFields: SUCCESS, typedOutputs: {} };
  const bad = account.ask("POST", `${CALLBACKS}/${first}/complete`, { outputFields: SUCCESS });
  await expect(bad).rejects.toThrow(/400/);
  await account.ask("POST", `${CALLBACKS}/${first}/complete`, completion);
  expect((await workflow.until(first, "SUCCESS")).outputs).toEqual(SUCCESS);
  const again = account.ask("POST", `${CALLBACKS}/${first}/complete`, completion);
  await expect(again).rejects.toThrow(/404/);
  const inputs = others.map((callbackId) => ({ callbackId, ...completion }));
  await account.ask("POST", `${CALLBACKS}/complete`, { inputs });
  for (const callbackId of others) await workflow.until(callbackId, "SUCCESS");
});

test("a blocked step that nobody completes in time lets the record go on", async () => {
  const workflow = await define();
  replies = [{ status: 200, outputs: BLOCK }];
  const callbackId = await workflow.enrol("7");
  await workflow.until(callbackId, "BLOCK");
  await account.ask("POST", "/__clock", { advanceMs: 24 * HOUR_MS });
  await workflow.until(callbackId, "BLOCK");
  await account.ask("POST", "/__clock", { advanceMs: 2 * HOUR_MS });
  await workflow.until(callbackId, "EXPIRED");
});
