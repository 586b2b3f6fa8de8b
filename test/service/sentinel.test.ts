import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { leftOut } from "../support/left-out.ts";
import { startWatchedRedis } from "../support/sentinel.ts";
import { changeTitles, mute } from "./changes.ts";
import { deliver, untilShown } from "./deliveries.ts";
import { metric } from "./service-metrics.ts";
import { envOf, type ServiceProcess, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 150_000 });

/** How soon every process must be at work again (ms). */
const RESUMED_MS = 30_000;
const GAP_MS = 150;

const contacts = Array.from({ length: 200 }, (_, index) => String(index + 1));

/** Sends one change after the other until stopped, going round all contacts; tells which titles they were given. */
function sendChanges(web: ServiceProcess, portal: ScoredPortal) {
  const sent = new Map<string, string[]>();
  let isStopped = false;
  const run = async () => {
    for (let at = 0; !isStopped; at++) {
      const contact = contacts[at % contacts.length] ?? "1";
      const titles = sent.get(contact) ?? [];
      titles.push(titles.length % 2 === 0 ? "chief" : "manager");
      sent.set(contact, titles);
      const changes = await changeTitles(portal, [contact], titles.at(-1) ?? "");
      expect(await deliver(web, portal, changes)).toBe(200);
      await pause(GAP_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      await running;
      return sent;
    },
  };
}

async function untilAllWork(workers: readonly ServiceProcess[]): Promise<void> {
  const before = await Promise.all(workers.map((worker) => metric(worker, "jobs_total")));
  await vi.waitFor(
    async () => {
      for (const [index, worker] of workers.entries())
        expect(await metric(worker, "jobs_total")).toBeGreaterThan((before[index] ?? 0) + 3);
    },
    { timeout: RESUMED_MS, interval: 200 },
  );
}

const watched = await startWatchedRedis();
if (!watched) leftOut("failing over to a replica (neither redis-server nor valkey-server is installed)");

test.skipIf(!watched)(
  "T65 under load another Redis becomes the master, then that one dies: every process works on, no event is lost",
  async () => {
    await using redis = watched ?? expect.fail("no server");
    const records = contacts.map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
    await using portal = await openScoredPortal({ records });
    await portal.publish(TITLE);
    await mute(portal);
    const env = { ...envOf(portal), REDIS_URL: redis.url };
    await using web = await startService(env, "web");
    await using one = await startService(env, "worker");
    await using two = await startService(env, "worker");
    const changes = sendChanges(web, portal);
    await untilAllWork([one, two]);
    await redis.failOver();
    await untilAllWork([one, two]);
    await (await redis.master()).kill();
    await untilAllWork([one, two]);
    const sent = await changes.stop();
    for (const [contact, titles] of sent) {
      const value = titles.at(-1) === "chief" ? "40" : "20";
      await untilShown(portal, { contact, property: "title_score", value }, RESUMED_MS);
      expect((await pastValues(portal, contact)).at(-1)).toBe(Number(value));
    }
    expect((await web.get("/readyz")).body).toMatchObject({ status: "ready" });
    expect(await portal.db.query("select 1 from inbox where state <> 'done'")).toEqual([]);
  },
);
