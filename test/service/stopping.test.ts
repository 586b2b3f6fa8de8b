import { once } from "node:events";
import { Agent, get, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { titleChange } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { countInbox, signedRequest } from "./deliveries.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 90_000 });

let portal: ScoredPortal;
beforeAll(async () => {
  portal = await openScoredPortal({ records: [{ object: "contact", id: "1" }] });
  await portal.publish(TITLE);
});
afterAll(() => portal[Symbol.asyncDispose]());

/** Asks a path over the agent's kept connection, and returns status and body. */
async function ask(agent: Agent, url: string): Promise<{ status: number | undefined; body: string }> {
  const [answer] = await once(get(url, { agent }), "response");
  return { status: answer.statusCode, body: await text(answer) };
}

test("T21 after SIGTERM readiness fails first, a request under way is answered, new ones are refused, the end is clean", async () => {
  await using service = await startService(envOf(portal));
  const { uri, body, headers } = signedRequest(
    service,
    [titleChange(portal, "1", "chief")],
    portal.work.clock.now(),
  );
  const length = Buffer.byteLength(body);
  const half = request(uri, { method: "POST", headers: { ...headers, "content-length": length } });
  const answered = once(half, "response");
  half.write(body.slice(0, 20));
  using stack = new DisposableStack();
  const agent = stack.adopt(new Agent({ keepAlive: true, maxSockets: 1 }), (one) => one.destroy());
  expect((await ask(agent, `${service.url}/readyz`)).status).toBe(200);
  service.kill("SIGTERM");
  let ready = await ask(agent, `${service.url}/readyz`);
  while (ready.status === 200) ready = await ask(agent, `${service.url}/readyz`);
  expect([ready.status, JSON.parse(ready.body).reasons]).toEqual([503, ["shutting down"]]);
  while (
    await fetch(`${service.url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    )
  );
  half.end(body.slice(20));
  const [answer] = await answered;
  expect([answer.statusCode, await countInbox(portal)]).toEqual([200, 1]);
  expect(await service.exited).toEqual({ code: 0, signal: null });
});

test.each([
  ["web", "SIGTERM"],
  ["worker", "SIGINT"],
  ["all", "SIGINT"],
] as const)("the role %s ends with 0 on %s", async (role, signal) => {
  await using service = await startService(envOf(portal), role);
  service.kill(signal);
  expect(await service.exited).toEqual({ code: 0, signal: null });
});
