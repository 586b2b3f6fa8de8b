import { expect, test, vi } from "vitest";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { wantReads } from "../../src/store/pending-reads.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { TITLE } from "../pipeline/definitions.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { leftOut } from "../support/left-out.ts";
import { startOwnRedis } from "../support/redis.ts";
import { metric } from "./service-metrics.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 150_000 });

/** Calls that the account allows in ten seconds. */
const LIMIT = 40;
const WINDOW_MS = 10_000;
const CONTACTS = 1_000;

/** The most calls within any window. */
function mostInWindow(instants: readonly number[]): number {
  const counts = instants.map((from) => instants.filter((at) => at >= from && at < from + WINDOW_MS).length);
  return Math.max(0, ...counts);
}

const redis = await startOwnRedis({ appendonly: "no", policy: "noeviction" });
if (!redis)
  leftOut("the call limit of several workers (neither redis-server nor valkey-server is installed)");

test.skipIf(!redis)(
  "T50 two processes with queues of their own share one portal's limit, also when Redis restarts: no call too many",
  async () => {
    await using server = redis ?? expect.fail("no server");
    const contacts = Array.from({ length: CONTACTS }, (_, index) => String(index + 1));
    const records = contacts.map((id) => ({ object: "contact", id, properties: { jobtitle: "chief" } }));
    await using portal = await openScoredPortal({ records, burst: LIMIT });
    const { db, id, work } = portal;
    const env = envOf(portal);
    const places = ["0", "1"].map((place) => ({ ...env, REDIS_URL: `${server.url}/${place}` }));
    await using stack = new AsyncDisposableStack();
    const services = await Promise.all(
      places.map(async (place) => stack.use(await startService(place, "worker"))),
    );
    const from = await portal.account.lastCall();
    await saveDraft(db, id, TITLE);
    const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
    await publishScores(deps, id, { names: [TITLE.name], by: "test" });
    await wantReads(db, id, "contact", contacts);
    await vi.waitFor(async () => expect((await portal.account.callsAfter(from)).length).toBeGreaterThan(12), {
      timeout: 40_000,
    });
    await server.restart();
    await vi.waitFor(
      async () => {
        const values = await portal.account.values("contact");
        const done = [...values.values()].filter((value) => value["title_score"] === "40");
        expect(done).toHaveLength(CONTACTS);
      },
      { timeout: 60_000, interval: 500 },
    );
    const calls = await portal.account.callsAfter(from);
    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
    const most = mostInWindow(calls.map(({ at }) => at));
    expect(most).toBeLessThanOrEqual(LIMIT);
    expect(most).toBeGreaterThan(LIMIT / 2);
    for (const service of services)
      expect(await metric(service, "hubspot_requests_total")).toBeGreaterThan(5);
  },
);
