import { expect, test } from "vitest";
import { READINESS, TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { notify, shown, takeInbox, writesAfter } from "./notifications.ts";
import { openScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const contacts = Array.from({ length: 100 }, (_, index) => ({
  object: "contact",
  id: String(1001 + index),
  properties: { jobtitle: "clerk" },
}));

test("T41 of a hundred records one is gone: 99 are written, and that one is not tried for ever", async () => {
  await using portal = await openScoredPortal({ records: contacts });
  const { account } = portal;
  await portal.publish(TITLE);
  for (const { id } of contacts) await account.change("contact", id, { jobtitle: "chief" });
  await account.archive("contact", "1050");
  await account.untilDelivered();
  const changes = (await takeInbox(portal)).filter((sent) => Reflect.has(sent, "propertyName"));
  await portal.receive(changes);
  const before = await account.lastCall();
  await drain(portal.work, portal.id);
  const chiefs = [...(await account.values("contact")).values()].filter((one) => one["title_score"] === "40");
  expect(chiefs).toHaveLength(99);
  expect((await writesAfter(portal, before)).length).toBeLessThanOrEqual(2);
  const after = await account.lastCall();
  await drain(portal.work, portal.id);
  expect(await account.callsAfter(after)).toEqual([]);
});

test("T41 of a hundred records to be read one is gone: the others are scored", async () => {
  await using portal = await openScoredPortal({ records: [] });
  const { account } = portal;
  await portal.publish(TITLE);
  const ids: string[] = [];
  for (let index = 0; index < 99; index++) ids.push(await account.create("contact", { jobtitle: "manager" }));
  await account.untilDelivered();
  await portal.receive([notify(portal, { subscriptionType: "contact.creation", objectId: 424_242 })]);
  const before = await account.lastCall();
  await drain(portal.work, portal.id);
  await expectRight(portal, TITLE);
  const reads = (await account.callsAfter(before)).filter(({ path }) => path.endsWith("/batch/read"));
  expect(reads.filter((call) => call.ids.includes("424242"))).toHaveLength(1);
});

test("T47 contacts without an address, without engagement, without any value are scored", async () => {
  const nothing = { jobtitle: null, email: null, lastname: null };
  const records = [
    { object: "contact", id: "1" },
    { object: "contact", id: "2", properties: nothing },
    { object: "contact", id: "3", properties: { jobtitle: "chief" } },
  ];
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE, VISITS, READINESS);
  const created = await portal.account.create("contact", {});
  await portal.settle();
  for (const id of ["1", "2", created]) {
    expect([await shown(portal, id, "title_score"), await shown(portal, id, "visit_score")]).toEqual([
      "0",
      "0",
    ]);
  }
  await expectRight(portal, TITLE, VISITS, READINESS);
  const calls = JSON.stringify(await portal.account.callsAfter(0));
  expect(calls).not.toMatch(/undefined|NaN|\[object/);
});
