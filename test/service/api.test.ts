import { expect, test, vi } from "vitest";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { TITLE } from "../pipeline/definitions.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { callerOf, keyFor } from "../webhooks/api-server.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 90_000 });

test("the service tells how far a back-fill is by its API, and its log tells the end", async () => {
  const records = [{ object: "contact", id: "101", properties: { email: "canary@example.com" } }];
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await portal.publish(TITLE);
  await using service = await startService(envOf(portal));
  const api = await callerOf(service.url, await keyFor(db, id));
  expect((await api.get("/api/scores")).body).toMatchObject({ scores: [{ name: "Title", status: "on" }] });
  const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
  await publishScores(deps, id, { names: ["Title"], by: "test", version: 1 });
  const done = { state: "done", done: 1, total: 1, scores: [{ name: "Title", version: 2 }] };
  const told = async () => {
    expect((await api.get("/api/backfills/Title")).body).toMatchObject({ backfill: done });
    expect(service.output()).toContain("back-fill done: scoring contacts, 1/1");
  };
  await vi.waitFor(told, { timeout: 30_000, interval: 100 });
  expect(service.output()).not.toContain("canary");
  const other = await fetch(`${service.url}/api/users`);
  expect([other.status, other.headers.get("content-type")?.split(";")[0]]).toEqual([
    ...[404, "application/problem+json"],
  ]);
  expect((await service.get("/api/schema/score.json")).body).toMatchObject({ type: "object" });
});
