import { expect, test } from "vitest";
import { PublishError } from "../../src/scores/publish-checks.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { listScores, saveDraft } from "../../src/store/scores.ts";
import { define, TITLE } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { counted, shown, titleChange, writesAfter } from "./notifications.ts";
import { openScoredPortal } from "./scored-portal.ts";
import { passTime, runStages } from "./work-through.ts";

const records = ["1", "2"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));

test("T32 notifications of our own writes are dropped and lead to nothing", async () => {
  await using portal = await openScoredPortal({ records });
  const { account } = portal;
  await portal.publish(TITLE);
  const subscriptions = ["jobtitle", "title_score", "title_score_threshold"].map((propertyName) => ({
    ...{ subscriptionType: "contact.propertyChange", propertyName },
  }));
  const app = { targetUrl: portal.receiverUrl, clientSecret: "a-client-secret", subscriptions };
  await account.ask("POST", "/__webhooks", app);
  await account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  expect(await shown(portal, "1", "title_score")).toBe("40");
  const before = await account.lastCall();
  await portal.settle();
  await portal.settle();
  expect(await counted(portal, "echo_dropped_total")).toBe(2);
  expect(await writesAfter(portal, before)).toEqual([]);
  await expectRight(portal, TITLE);
});

test("T33 a record in a loop through a workflow is parked, others go on", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id, db } = portal;
  await portal.publish(TITLE);
  const before = await account.lastCall();
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second++) {
      await passTime(db, id, 1_000);
      await runStages(work, id);
    }
  };
  let turns = 0;
  for (; turns < 40 && (await counted(portal, "writes_parked_total")) === 0; turns++) {
    const score = await shown(portal, "1", "title_score");
    await portal.receive([titleChange(portal, "1", score === "40" ? "manager" : "chief")]);
    await seconds(3);
  }
  expect(turns).toBeLessThan(30);
  const parkedAt = (await writesAfter(portal, before)).length;
  const parked = await shown(portal, "1", "title_score");
  await portal.receive([
    titleChange(portal, "1", parked === "40" ? "manager" : "chief"),
    titleChange(portal, "2", "manager"),
  ]);
  await seconds(3);
  expect(await shown(portal, "2", "title_score")).toBe("20");
  expect(await shown(portal, "1", "title_score")).toBe(parked);
  expect((await writesAfter(portal, before)).length).toBe(parkedAt + 1);
  expect(portal.logged.some((line) => line.includes("change too often"))).toBe(true);
  await seconds(60);
  expect(await shown(portal, "1", "title_score")).not.toBe(parked);
});

function reading(name: string, property: string, read: string) {
  const rule = { id: "r", where: { property: read, operator: "IS_GREATER_THAN", values: [1] }, points: 5 };
  return define({
    ...{ schema: 1, name, object: "contact", type: "fit", limit: { max: 10 }, property: { name: property } },
    groups: [{ name: "G", side: "fit", rules: [rule] }],
  });
}

test.each([
  ["its own property", [reading("Self", "self_score", "self_score")], /"Self" → "Self"/],
  [
    "each other's properties",
    [reading("One", "one_score", "two_score"), reading("Two", "two_score", "one_score")],
    /"One" → "Two" → "One"/,
  ],
])(
  "T34 scores that read %s are refused with the way named, and nothing is changed",
  async (_what, scores, way) => {
    await using portal = await openScoredPortal({ records });
    const { db, id, account, work } = portal;
    for (const definition of scores) await saveDraft(db, id, definition);
    const before = await account.lastCall();
    const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
    const names = scores.map(({ name }) => name);
    const refusal = await publishScores(deps, id, { names, by: "test" }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PublishError);
    expect(String(refusal)).toMatch(way);
    expect((await listScores(db, id)).map(({ status }) => status)).toEqual(scores.map(() => "draft"));
    expect(await account.callsAfter(before)).toEqual([]);
  },
);
