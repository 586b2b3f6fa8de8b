import { expect, test } from "vitest";
import { countBacklog } from "../../src/store/open-work.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { TITLE } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { shown, titleChange, writesAfter } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const IMPORTED = 3_000;
const TITLES = ["chief", "manager", "clerk"];

/** Creates contacts in the account, as an import would, and hands over the notifications in batches of 100. */
async function importContacts(portal: ScoredPortal): Promise<void> {
  const inputs = Array.from({ length: IMPORTED }, (_, index) => ({
    properties: { jobtitle: TITLES[index % TITLES.length] ?? "", lastname: `Person ${index}` },
  }));
  for (let start = 0; start < IMPORTED; start += 100) {
    const path = "/crm/objects/2026-09/contact/batch/create";
    await portal.account.ask("POST", path, { inputs: inputs.slice(start, start + 100) });
  }
  await portal.account.untilDelivered();
}

test("T35 an import of thousands drains at the account's rate while another portal's changes pass", async () => {
  await using database = await createTestDatabase();
  await using busy = await openScoredPortal({ database, portalId: 71, records: [], burst: 100 });
  const one = { object: "contact", id: "5", properties: { jobtitle: "clerk" } };
  await using calm = await openScoredPortal({ database, portalId: 72, records: [one] });
  await busy.publish(TITLE);
  await calm.publish(TITLE);
  await importContacts(busy);
  expect((await countBacklog(database.db, busy.id)).inbox).toBeGreaterThanOrEqual(IMPORTED / 100);
  const [busyBefore, calmBefore] = [await busy.account.lastCall(), await calm.account.lastCall()];
  const heap = process.memoryUsage().heapUsed;
  const draining = drain(busy.work, busy.id);
  const latencies: number[] = [];
  for (const title of ["chief", "manager", "chief"]) {
    const startedAt = performance.now();
    await calm.receive([titleChange(calm, "5", title)]);
    await drain(calm.work, calm.id);
    latencies.push(performance.now() - startedAt);
    expect(await shown(calm, "5", "title_score")).toBe(title === "chief" ? "40" : "20");
  }
  const { inbox, reads, marks, writes } = await countBacklog(database.db, busy.id);
  expect(inbox + reads + marks + writes).toBeGreaterThan(0);
  await draining;
  await expectRight(busy, TITLE);
  expect((await busy.account.values("contact")).size).toBe(IMPORTED);
  expect((await writesAfter(busy, busyBefore)).length).toBeLessThanOrEqual((IMPORTED / 100) * 1.02 + 1);
  const refused = (await busy.account.callsAfter(0)).filter(({ status }) => status === 429);
  expect(refused).toEqual([]);
  const named = new Set((await calm.account.callsAfter(calmBefore)).flatMap(({ ids }) => ids));
  expect([...named]).toEqual(["5"]);
  expect(Math.max(...latencies)).toBeLessThan(5_000);
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(300_000_000);
});
