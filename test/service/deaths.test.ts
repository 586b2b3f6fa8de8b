import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues, titleChange } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { passTime } from "../pipeline/work-through.ts";
import { leftOut } from "../support/left-out.ts";
import { type OwnRedis, startOwnRedis } from "../support/redis.ts";
import { changeTitles, mute } from "./changes.ts";
import { untilShown } from "./deliveries.ts";
import { metric } from "./service-metrics.ts";
import { envOf, type ServiceProcess, startService } from "./service-process.ts";
import { startTrap, type Trap } from "./trap.ts";

vi.setConfig({ testTimeout: 120_000 });

const property = "title_score";
const TAKEN_OVER_MS = 45_000;
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

let portal: ScoredPortal;
let trap: Trap;
beforeAll(async () => {
  const records = ids(1, 60).map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
  portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  await mute(portal);
  trap = await startTrap(portal.database);
});
afterAll(async () => {
  await trap[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

function startWorker(redis: OwnRedis): Promise<ServiceProcess> {
  return startService({ ...envOf(portal), REDIS_URL: redis.url }, "worker");
}

/** Kills a worker once it is caught; then the queue forgets, so that nobody waits for the dead one's job. */
async function killCaught(redis: OwnRedis): Promise<void> {
  await using worker = await startWorker(redis);
  await trap.untilCaught();
  worker.kill("SIGKILL");
  await worker.exited;
  await trap.untilEmpty();
  await redis.ask("FLUSHALL");
}

async function untilAllShown(contacts: readonly string[], value: number): Promise<void> {
  for (const contact of contacts)
    await untilShown(portal, { contact, property, value: String(value) }, TAKEN_OVER_MS);
}

/** What a killed process was writing to HubSpot is leased for 30 s: they pass at once. */
function letLeasesEnd(): Promise<void> {
  return passTime(portal.db, portal.id, 30_000);
}

async function untilNothingInHand(): Promise<void> {
  const look = async () => expect(await portal.db.query("select stage, keys from work_in_hand")).toEqual([]);
  await vi.waitFor(look, { timeout: 10_000, interval: 50 });
}

function describeDeaths(open: () => Promise<OwnRedis>): void {
  test("T60 three workers are killed at the same work: the fourth does it, once", async () => {
    await using redis = await open();
    await trap.set("record_scores", "1");
    await portal.receive(await changeTitles(portal, ["1"], "chief"));
    for (let death = 1; death <= 3; death++) await killCaught(redis);
    await trap.clear();
    await using worker = await startWorker(redis);
    await untilAllShown(["1"], 40);
    expect(await pastValues(portal, "1")).toEqual([0, 40]);
    expect(await metric(worker, "set_aside_total")).toBe(0);
    await untilNothingInHand();
  });

  test("T60 a record that workers die of is set aside with a reason, and all others are scored", async () => {
    await using redis = await open();
    await trap.set("record_scores", "20");
    await portal.receive(await changeTitles(portal, ids(2, 50), "chief"));
    let deaths = 0;
    await using stack = new AsyncDisposableStack();
    for (;;) {
      const worker = await startWorker(redis);
      const isCaught = await trap.untilCaughtOr(async () => (await metric(worker, "set_aside_total")) > 0);
      if (!isCaught) {
        stack.use(worker);
        break;
      }
      worker.kill("SIGKILL");
      await worker.exited;
      await trap.untilEmpty();
      await redis.ask("FLUSHALL");
      deaths += 1;
    }
    expect(deaths).toBeGreaterThanOrEqual(5);
    expect(deaths).toBeLessThan(10);
    await letLeasesEnd();
    await untilAllShown([...ids(2, 19), ...ids(21, 50)], 40);
    const aside = await portal.db.query(
      "select record_id as id, attempts, error from dirty_marks where due_at = 'infinity'",
    );
    const error = "processes died 5 times while working on it";
    expect(aside).toEqual([{ id: "20", attempts: 5, error }]);
    await portal.receive(await changeTitles(portal, ["20"], "manager"));
    await portal.receive(await changeTitles(portal, ["51"], "chief"));
    await untilAllShown(["51"], 40);
    expect(await pastValues(portal, "20")).toEqual([0]);
    await untilNothingInHand();
    await trap.clear();
    await portal.publish(TITLE);
    await untilAllShown(["20"], 20);
  });

  test("T60 a delivery that workers die of is set aside with a reason, and those after it are taken in", async () => {
    await using redis = await open();
    await trap.set("records", "52");
    // Only told, not made in the account: a read of the contact must not meet the trap.
    await portal.receive([titleChange(portal, "52", "chief")]);
    for (const contact of ids(53, 60)) await portal.receive(await changeTitles(portal, [contact], "chief"));
    for (let death = 1; death <= 5; death++) await killCaught(redis);
    await letLeasesEnd();
    const failed = () => portal.db.query("select faults from inbox where state = 'failed'");
    const wasSetAside = (await failed()).length > 0;
    await using worker = await startWorker(redis);
    await untilAllShown(ids(53, 60), 40);
    const reason = "processes died 5 times while working on it";
    await vi.waitFor(
      async () => expect(await failed()).toEqual([{ faults: [{ index: 0, reason }] }]),
      40_000,
    );
    // A worker that was killed right afterwards may have done it.
    if (!wasSetAside) {
      await vi.waitFor(async () => expect(await metric(worker, "set_aside_total")).toBe(1), 5_000);
      expect(worker.output()).toContain("processes kept dying");
    }
    await trap.clear();
  });
}

const SETTINGS = { appendonly: "no", policy: "noeviction" } as const;
const first = await startOwnRedis(SETTINGS);
await first?.[Symbol.asyncDispose]();
if (first) describeDeaths(async () => (await startOwnRedis(SETTINGS)) ?? expect.fail("the program is gone"));
else leftOut("workers killed again and again (neither redis-server nor valkey-server is installed)");
