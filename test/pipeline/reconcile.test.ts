import { expect, test } from "vitest";
import { scoreNotices } from "../../src/scores/score-notices.ts";
import { countBacklog } from "../../src/store/open-work.ts";
import { listScores } from "../../src/store/scores.ts";
import { reconcile } from "../../workers/reconcile/reconcile.ts";
import { define, TITLE } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { shown } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const IDS = Array.from({ length: 250 }, (_, index) => String(100 + index));
const records = IDS.map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));

/** 10 points for who was a chief at any time. */
const EVER_CHIEF = define({
  ...{ schema: 1, name: "Ever chief", object: "contact", type: "fit", limit: { max: 100 } },
  property: { name: "ever_chief" },
  groups: [
    {
      ...{ name: "Person", side: "fit" },
      rules: [
        {
          ...{ id: "ever", points: 10 },
          where: { property: "jobtitle", operator: "HAS_EVER_BEEN_ANY_OF", values: ["chief"] },
        },
      ],
    },
  ],
});

/** Reconciles; returns how many searches that took, and the ids that were read. */
async function look({ account, work, id }: ScoredPortal) {
  const before = await account.lastCall();
  await reconcile(work, id);
  const calls = await account.callsAfter(before);
  const read = calls.filter(({ path }) => path.endsWith("/batch/read")).flatMap(({ ids }) => ids);
  return { searches: calls.filter(({ path }) => path.endsWith("/search")).length, read: read.sort() };
}

test.each([
  ["values alone", TITLE],
  ["earlier values too", EVER_CHIEF],
])(
  "what our own writes changed is found and not read again, where scores read %s",
  async (_what, definition) => {
    await using portal = await openScoredPortal({ records });
    await portal.publish(definition);
    expect(await look(portal)).toEqual({ searches: 2, read: [] });
    expect(await countBacklog(portal.db, portal.id)).toMatchObject({ reads: 0, marks: 0, writes: 0 });
  },
);

test("a change, a new record and a return of which no notification came are read by the reconciler itself", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id, db } = portal;
  await portal.publish(TITLE);
  await account.change("contact", "101", { jobtitle: "chief" });
  await account.change("contact", "102", { phone: "555" });
  await account.archive("contact", "103");
  await portal.settle();
  await account.restore("contact", "103");
  await account.change("contact", "104", { jobtitle: "manager" });
  const fresh = await account.create("contact", { jobtitle: "chief" });
  await account.untilDelivered();
  await db.query("delete from inbox where portal_id = $1", [id]);
  const { read } = await look(portal);
  expect(read).toEqual(["103", "104", fresh].sort());
  await drain(work, id);
  await expectRight(portal, TITLE);
  expect(await shown(portal, fresh, "title_score")).toBe("40");
});

test("a title held for a moment between two looks is found in its history", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id, db } = portal;
  await portal.publish(EVER_CHIEF);
  await account.change("contact", "101", { jobtitle: "chief" });
  await account.change("contact", "101", { jobtitle: "clerk" });
  await account.untilDelivered();
  await db.query("delete from inbox where portal_id = $1", [id]);
  expect((await look(portal)).read).toEqual(["101"]);
  await drain(work, id);
  expect(await shown(portal, "101", "ever_chief")).toBe("10");
});

test("a list deleted in HubSpot is named, and the score keeps its last scope", async () => {
  const listed = records.slice(0, 3).map((record) => ({ ...record, lists: ["7"] }));
  await using portal = await openScoredPortal({ records: [...listed, ...records.slice(3, 6)] });
  const { account, work, id, db } = portal;
  const scoped = define({ ...TITLE, records: { mode: "only", lists: ["7"] } });
  await portal.publish(scoped);
  const scores = async () => [...(await account.values("contact")).values()].map((one) => one["title_score"]);
  const before = await scores();
  expect(before.filter((value) => value === "0")).toHaveLength(3);
  await account.ask("DELETE", "/crm/lists/2026-09/7");
  await reconcile(work, id);
  await account.change("contact", "100", { jobtitle: "chief" });
  await account.change("contact", "103", { jobtitle: "chief" });
  await portal.settle();
  const notices = await scoreNotices(db, id, await listScores(db, id), true);
  expect([...notices.values()]).toMatchObject([{ goneLists: ["7"] }]);
  expect(await scores()).toEqual(["40", ...before.slice(1)]);
});
