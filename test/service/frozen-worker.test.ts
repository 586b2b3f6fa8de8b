import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { saveRecordScores } from "../../src/store/record-scores.ts";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues, shown, writesAfter } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { changeTitles, mute } from "./changes.ts";
import { untilShown } from "./deliveries.ts";
import { metric } from "./service-metrics.ts";
import { envOf, startService } from "./service-process.ts";
import { startTrap, type Trap } from "./trap.ts";

vi.setConfig({ testTimeout: 150_000 });

const property = "title_score";
const UPDATES = "/crm/objects/2026-09/contacts/batch/update";
/** Locks of jobs (15 s), idle transactions (30 s) and leases of writes (30 s) all end within this time. */
const TAKEN_OVER_MS = 60_000;

let portal: ScoredPortal;
let trap: Trap;
beforeAll(async () => {
  const records = ["1", "2", "3"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
  portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  await mute(portal);
  trap = await startTrap(portal.database);
});
afterAll(async () => {
  await trap[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

test("T61 an older computation that is saved late changes neither the value nor the history", async () => {
  const [row] = await portal.db.query<{ scoreId: number; seq: string }>(
    `select score_id as "scoreId", seq from record_scores where portal_id = $1 and record_id = '3'`,
    [portal.id],
  );
  const late = { recordId: "3", version: 1, value: 99, engagement: null, fit: 99, threshold: "High" };
  const result = { ...late, scoreId: row?.scoreId ?? 0, validUntil: null };
  const seq = String(BigInt(row?.seq ?? "1") - 1n);
  await saveRecordScores(portal.db, portal.id, { seq, at: portal.work.clock.now() }, [result]);
  expect(await pastValues(portal, "3")).toEqual([0]);
});

test("T61 a worker stands still in the middle of a computation and of a write: another one takes over, its late results are refused", async () => {
  const from = await portal.account.lastCall();
  await using frozen = await startService(envOf(portal), "worker");
  await portal.account.ask("POST", "/__faults", { path: UPDATES, delayMs: 4_000 });
  await portal.receive(await changeTitles(portal, ["2"], "chief"));
  await vi.waitFor(async () => {
    const leased = await portal.db.query("select 1 from pending_writes where leased_until is not null");
    expect(leased).toHaveLength(1);
  }, 15_000);
  await trap.set("record_scores", "1");
  await portal.receive(await changeTitles(portal, ["1"], "chief"));
  await trap.untilCaught();
  frozen.kill("SIGSTOP");
  await trap.clear();
  await using other = await startService(envOf(portal), "worker");
  await portal.receive(await changeTitles(portal, ["1", "2"], "manager"));
  for (const contact of ["1", "2"])
    await untilShown(portal, { contact, property, value: "20" }, TAKEN_OVER_MS);
  frozen.kill("SIGCONT");
  const jobs = await metric(frozen, "jobs_total");
  await portal.receive(await changeTitles(portal, ["3"], "chief"));
  await untilShown(portal, { contact: "3", property, value: "40" }, TAKEN_OVER_MS);
  await vi.waitFor(async () => expect(await metric(frozen, "jobs_total")).toBeGreaterThan(jobs), 30_000);
  await vi.waitFor(async () => {
    const open = await portal.db.query(
      "select 1 from pending_writes where pending or leased_until is not null",
    );
    expect(open).toEqual([]);
  }, 30_000);
  expect(await pastValues(portal, "1")).toEqual([0, 20]);
  expect(await pastValues(portal, "2")).toEqual([0, 40, 20]);
  expect([await shown(portal, "1", property), await shown(portal, "2", property)]).toEqual(["20", "20"]);
  const writes = (await writesAfter(portal, from)).filter(({ ids }) => ids.includes("2"));
  expect(writes.length).toBeLessThanOrEqual(3);
  expect((await other.get("/readyz")).status).toBe(200);
});
