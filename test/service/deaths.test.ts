import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues, titleChange } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { leftOut } from "../support/left-out.ts";
import { type OwnRedis, startOwnRedis } from "../support/redis.ts";
import { untilShown } from "./deliveries.ts";
import { metric } from "./service-metrics.ts";
import { envOf, type ServiceProcess, startService } from "./service-process.ts";
import { startTrap, type Trap } from "./trap.ts";

vi.setConfig({ testTimeout: 120_000 });

const property = "title_score";
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

let portal: ScoredPortal;
let trap: Trap;
beforeAll(async () => {
  const records = ids(1, 60).map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
  portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
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
    await untilShown(portal, { contact, property, value: String(value) }, 20_000);
}

function describeDeaths(open: () => Promise<OwnRedis>): void {
  test("T60 three workers are killed at the same work: the fourth does it, once", async () => {
    await using redis = await open();
    await trap.set("record_scores", "1");
    await portal.receive([titleChange(portal, "1", "chief")]);
    for (let death = 1; death <= 3; death++) await killCaught(redis);
    await trap.clear();
    await using worker = await startWorker(redis);
    await untilShown(portal, { contact: "1", property, value: "40" });
    expect(await pastValues(portal, "1")).toEqual([0, 40]);
    expect(await metric(worker, "set_aside_total")).toBe(0);
    expect(await portal.db.query("select 1 from work_in_hand")).toEqual([]);
  });

  test("T60 a record that workers die of is set aside with a reason, and all others are scored", async () => {
    await using redis = await open();
    await trap.set("record_scores", "20");
    await portal.receive(ids(2, 50).map((contact) => titleChange(portal, contact, "chief")));
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
    expect(deaths).toBe(5);
    await untilAllShown([...ids(2, 19), ...ids(21, 50)], 40);
    const aside = await portal.db.query(
      "select record_id as id, attempts, error from dirty_marks where due_at = 'infinity'",
    );
    const error = "processes died 5 times while working on it";
    expect(aside).toEqual([{ id: "20", attempts: 5, error }]);
    await portal.receive([titleChange(portal, "20", "manager"), titleChange(portal, "51", "chief")]);
    await untilAllShown(["51"], 40);
    expect(await pastValues(portal, "20")).toEqual([0]);
    expect(await portal.db.query("select 1 from work_in_hand")).toEqual([]);
    await trap.clear();
  });

  test("T60 a delivery that workers die of is set aside with a reason, and those after it are taken in", async () => {
    await using redis = await open();
    await trap.set("records", "52");
    await portal.receive([titleChange(portal, "52", "chief")]);
    for (const contact of ids(53, 60)) await portal.receive([titleChange(portal, contact, "chief")]);
    for (let death = 1; death <= 5; death++) await killCaught(redis);
    await using worker = await startWorker(redis);
    await untilAllShown(ids(53, 60), 40);
    expect(await metric(worker, "set_aside_total")).toBe(1);
    expect(worker.output()).toContain("processes kept dying");
    const failed = await portal.db.query("select faults from inbox where state = 'failed'");
    const reason = "processes died 5 times while working on it";
    expect(failed).toEqual([{ faults: [{ index: 0, reason }] }]);
    await trap.clear();
  });
}

const SETTINGS = { appendonly: "no", policy: "noeviction" } as const;
const first = await startOwnRedis(SETTINGS);
await first?.[Symbol.asyncDispose]();
if (first) describeDeaths(async () => (await startOwnRedis(SETTINGS)) ?? expect.fail("the program is gone"));
else leftOut("workers killed again and again (neither redis-server nor valkey-server is installed)");
