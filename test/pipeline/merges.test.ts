import { expect, test } from "vitest";
import { READINESS, TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { shown, takeInbox, titleChange } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const DAY_MS = 86_400_000;
const company = { object: "company", id: "70", properties: { industry: "SOFTWARE" } };
const records = [
  { object: "contact", id: "1", properties: { jobtitle: "chief" } },
  { object: "contact", id: "2", properties: { jobtitle: "clerk" }, associations: [company] },
  { object: "contact", id: "3", properties: {} },
  { object: "contact", id: "4", properties: { jobtitle: "manager" } },
];

async function openPortalWithVisits(): Promise<ScoredPortal> {
  const portal = await openScoredPortal({ records });
  const { account, work } = portal;
  await portal.publish(TITLE, VISITS, READINESS);
  for (const { id } of records) await account.visit(id, `visit-${id}`, work.clock.now());
  const event = { id: "both", type: "call_ended", occurredAt: new Date(work.clock.now()).toISOString() };
  await account.ask("POST", "/__events", { object: "contact", id: "1", events: [event] });
  await portal.settle();
  return portal;
}

async function idsIn({ db }: ScoredPortal, table: "records" | "record_scores"): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct record_id as id from ${table} t where record_id <> '70' order by id`,
  );
  return rows.map(({ id }) => id);
}

test("T39 a merge into a new record unites engagement, retires the losers and redirects late changes", async () => {
  await using portal = await openPortalWithVisits();
  const { account, work } = portal;
  const { calls } = await callOf(portal);
  await account.ask("PUT", `/crm/objects/2026-09/call/${calls[0]}/associations/default/contact/2`);
  await portal.settle();
  expect(await shown(portal, "2", "readiness_engagement")).toBe("20");
  const winner = await account.merge("1", "2");
  await portal.settle();
  expect(winner).not.toBe("1");
  expect(await idsIn(portal, "records")).toEqual(["3", "4", winner]);
  expect(await idsIn(portal, "record_scores")).toEqual(["3", "4", winner]);
  expect(await shown(portal, winner, "visit_score")).toBe("20");
  expect(await shown(portal, winner, "readiness_engagement")).toBe("25");
  await expectRight(portal, TITLE, VISITS, READINESS);
  account.emulator.portal.clock.run();
  await portal.receive([titleChange(portal, "2", "clerk", { occurredAt: work.clock.now() + 1 })]);
  await drain(work, portal.id);
  expect(await shown(portal, winner, "title_score")).toBe("0");
  expect(await idsIn(portal, "records")).toEqual(["3", "4", winner]);
});

async function callOf({ account }: ScoredPortal): Promise<{ calls: string[] }> {
  return { calls: [...(await account.values("call")).keys()] };
}

const orders = [
  { name: "in order", of: [0, 1, 2], together: false },
  { name: "backwards", of: [2, 1, 0], together: false },
  { name: "the middle one first", of: [1, 0, 2], together: false },
  { name: "the middle one last", of: [2, 0, 1], together: false },
  { name: "backwards in one delivery", of: [2, 1, 0], together: true },
];

test.each(orders)("T40 a chain of merges ends in one record when told $name", async ({ of, together }) => {
  await using portal = await openPortalWithVisits();
  const { account, work, id } = portal;
  const first = await account.merge("1", "2");
  const second = await account.merge("3", first);
  const last = await account.merge(second, "4");
  await account.untilDelivered();
  const merges = (await takeInbox(portal)).filter((sent) => Reflect.has(sent, "mergedObjectIds"));
  expect(merges).toHaveLength(3);
  const told = of.map((index) => merges[index] ?? {});
  const deliveries: readonly object[][] = together ? [told] : told.map((one) => [one]);
  for (const delivery of deliveries) {
    await portal.receive(delivery);
    await drain(work, id);
  }
  await portal.settle();
  expect(await idsIn(portal, "records")).toEqual([last]);
  expect(await idsIn(portal, "record_scores")).toEqual([last]);
  expect(await shown(portal, last, "visit_score")).toBe("40");
  await expectRight(portal, TITLE, VISITS, READINESS);
});

test("T40 merges that name each other end without a loop", async () => {
  await using portal = await openPortalWithVisits();
  const merge = (primary: number, other: number) => ({
    ...titleChange(portal, String(primary), ""),
    ...{ subscriptionType: "contact.merge", primaryObjectId: primary, mergedObjectIds: [other] },
  });
  await portal.receive([merge(3, 4), merge(4, 3)]);
  await portal.receive([merge(3, 4)]);
  await portal.receive([merge(4, 3)]);
  await drain(portal.work, portal.id);
  expect(await idsIn(portal, "records")).toEqual(expect.arrayContaining(["1", "2"]));
});

test("T39 a merge into the primary itself keeps its id", async () => {
  await using portal = await openPortalWithVisits();
  const merge = {
    ...titleChange(portal, "4", "", { occurredAt: portal.work.clock.now() - DAY_MS }),
    ...{ subscriptionType: "contact.merge", primaryObjectId: 4, mergedObjectIds: [3] },
  };
  await portal.receive([merge]);
  await drain(portal.work, portal.id);
  expect(await idsIn(portal, "record_scores")).toEqual(["1", "2", "4"]);
  expect(await shown(portal, "4", "visit_score")).toBe("20");
});
