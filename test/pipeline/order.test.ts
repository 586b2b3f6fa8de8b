import { expect, test } from "vitest";
import { ingest } from "../../workers/ingest.ts";
import { score } from "../../workers/score.ts";
import { define, TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { counted, inInbox, pastValues, shown, takeInbox, titleChange, writesAfter } from "./notifications.ts";
import { openScoredPortal } from "./scored-portal.ts";
import { drain, passTime, runStages } from "./work-through.ts";

const DAY_MS = 86_400_000;
const records = ["1", "2", "3"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));

const CALLS = define({
  ...{ schema: 1, name: "Calls", object: "contact", type: "engagement", limit: { max: 100 } },
  property: { name: "call_score" },
  groups: [
    {
      name: "Sales",
      side: "engagement",
      decay: { percent: 50, everyDays: 30 },
      rules: [{ id: "call", event: "call_ended", points: 10 }],
    },
  ],
});

test("T24 T27 a redelivery with another attempt number has no further effect", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  await portal.account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  const before = await portal.account.lastCall();
  for (const attemptNumber of [1, 2]) {
    await portal.receive((await inInbox(portal)).map((sent) => ({ ...sent, attemptNumber })));
  }
  await portal.settle();
  expect(await pastValues(portal, "1")).toEqual([0, 40]);
  expect(await writesAfter(portal, before)).toEqual([]);
  expect(await counted(portal, "notifications_total", { result: "repeated" })).toBeGreaterThanOrEqual(2);
  await expectRight(portal, TITLE);
});

test("T25 two changes that share an eventId both count", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  await portal.receive([
    titleChange(portal, "1", "chief", { eventId: 7 }),
    titleChange(portal, "2", "manager", { eventId: 7 }),
  ]);
  await drain(portal.work, portal.id);
  expect([await shown(portal, "1", "title_score"), await shown(portal, "2", "title_score")]).toEqual([
    "40",
    "20",
  ]);
});

test.each(["in one delivery", "in two"])(
  "T28 an older change that comes after a newer one changes nothing, %s",
  async (how) => {
    await using portal = await openScoredPortal({ records });
    await portal.publish(TITLE);
    await portal.account.moveDays(1);
    const now = portal.work.clock.now();
    const newer = titleChange(portal, "1", "chief", { occurredAt: now });
    const older = titleChange(portal, "1", "manager", { occurredAt: now - 3_600_000 });
    const deliveries = how === "in two" ? [[newer], [older]] : [[newer, older]];
    for (const delivery of deliveries) {
      await portal.receive(delivery);
      await drain(portal.work, portal.id);
    }
    expect(await shown(portal, "1", "title_score")).toBe("40");
    expect(await pastValues(portal, "1")).toEqual([0, 40]);
  },
);

async function addCall(portal: Awaited<ReturnType<typeof openScoredPortal>>, contact: string, at: number) {
  const event = { id: `call-${contact}`, type: "call_ended", occurredAt: new Date(at).toISOString() };
  await portal.account.ask("POST", "/__events", { object: "contact", id: contact, events: [event] });
  await portal.settle();
}

test("T29 what is told late counts from its own time, what lies ahead from that time on", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(CALLS);
  const now = portal.work.clock.now();
  await addCall(portal, "1", now - DAY_MS);
  await addCall(portal, "2", now - 30 * DAY_MS);
  await addCall(portal, "3", now + 2 * DAY_MS);
  const scores = async () => Promise.all(["1", "2", "3"].map((id) => shown(portal, id, "call_score")));
  expect(await scores()).toEqual(["10", "5", "0"]);
  await portal.account.moveDays(3);
  await portal.settle();
  expect(await scores()).toEqual(["10", "5", "10"]);
  await portal.account.moveDays(26);
  await portal.settle();
  expect(await scores()).toEqual(["5", "5", "10"]);
  await expectRight(portal, CALLS);
});

test("T29 a change from the future is stored as sent and flagged", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  const occurredAt = portal.work.clock.now() + DAY_MS;
  await portal.receive([titleChange(portal, "1", "chief", { occurredAt })]);
  await drain(portal.work, portal.id);
  const [row] = await portal.db.query<{ at: number }>(
    "select (changed ->> 'jobtitle')::float8 as at from records where record_id = '1'",
  );
  expect(row?.at).toBe(occurredAt);
  expect(await counted(portal, "notifications_total", { result: "future" })).toBe(1);
});

test("T30 a change that arrives while its contact is being scored is scored too", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  const { work, id } = portal;
  await portal.receive([titleChange(portal, "1", "manager")]);
  await ingest(work, id);
  await passTime(work.db, id, 1_000);
  const [claimed, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const load: typeof work.catalogue.load = async (db, of) => {
    claimed.resolve();
    await released.promise;
    return work.catalogue.load(db, of);
  };
  const scoring = score({ ...work, catalogue: { load } }, id);
  await claimed.promise;
  await portal.receive([titleChange(portal, "1", "chief")]);
  const taking = ingest(work, id);
  released.resolve();
  await Promise.all([scoring, taking]);
  await drain(work, id);
  expect(await shown(portal, "1", "title_score")).toBe("40");
  expect((await pastValues(portal, "1")).at(-1)).toBe(40);
});

test("T31 a thousand changes to one contact in ten seconds are scored once a debounce, and written no more", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  const before = await portal.account.lastCall();
  const scored = await counted(portal, "records_scored_total");
  const startedAt = performance.now();
  for (let round = 0; round < 50; round++) {
    const titles = Array.from({ length: 20 }, (_, index) => (index % 2 === round % 2 ? "manager" : "chief"));
    await portal.receive(titles.map((title) => titleChange(portal, "1", title)));
    await runStages(portal.work, portal.id);
    await passTime(portal.db, portal.id, 200);
  }
  const passedMs = 50 * 200 + performance.now() - startedAt;
  const recomputes = (await counted(portal, "records_scored_total")) - scored;
  expect(recomputes).toBeLessThanOrEqual(1 + Math.ceil(passedMs / 200));
  expect((await writesAfter(portal, before)).length).toBeLessThanOrEqual(recomputes);
  await portal.receive([titleChange(portal, "1", "chief")]);
  await drain(portal.work, portal.id);
  expect(await shown(portal, "1", "title_score")).toBe("40");
});

test("notifications of one delivery in any order end in the same values", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE, VISITS);
  for (const jobtitle of ["manager", "chief", "clerk", "manager"]) {
    await portal.account.change("contact", "1", { jobtitle });
    await portal.account.change("contact", "2", { jobtitle });
    await portal.account.ask("POST", "/__clock", { advanceMs: 10 });
  }
  await portal.account.untilDelivered();
  await portal.receive((await takeInbox(portal)).reverse());
  await portal.settle();
  await expectRight(portal, TITLE, VISITS);
});
