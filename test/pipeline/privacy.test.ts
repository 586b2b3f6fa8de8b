import { describe, expect, test } from "vitest";
import { ingest } from "../../workers/ingest.ts";
import { readPending } from "../../workers/read/read-records.ts";
import { score } from "../../workers/score.ts";
import { write } from "../../workers/write.ts";
import { READINESS, TITLE } from "./definitions.ts";
import { notify, shown, titleChange } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { tablesHolding } from "./stored-text.ts";
import { drain, passTime } from "./work-through.ts";

const CANARY = "chief canary of Ålesund";
const ERASED = "990071992547";
const company = { object: "company", id: "70", properties: { industry: "SOFTWARE" } };
const records = ["41", "42", ERASED].map((id) => ({
  ...{ object: "contact", id, properties: { jobtitle: "clerk" }, associations: [company] },
}));

/** A portal that holds the canary and the contact's id in as many places as there are. */
async function openPortalWithTraces(): Promise<ScoredPortal> {
  const portal = await openScoredPortal({ records });
  const { account, work } = portal;
  await portal.publish(TITLE, READINESS);
  await account.change("contact", ERASED, { jobtitle: CANARY });
  await account.visit(ERASED, CANARY, work.clock.now());
  const event = { id: "c1", type: "call_ended", occurredAt: new Date(work.clock.now()).toISOString() };
  await account.ask("POST", "/__events", { object: "contact", id: ERASED, events: [event] });
  const unreadable = { ...titleChange(portal, ERASED, CANARY), occurredAt: CANARY };
  await portal.receive([unreadable, titleChange(portal, "41", "manager")]);
  await portal.settle();
  expect(await tablesHolding(portal.db, CANARY)).toEqual(["inbox", "records", "timelines"]);
  expect((await tablesHolding(portal.db, ERASED)).length).toBeGreaterThan(6);
  return portal;
}

async function expectNoTrace(portal: ScoredPortal): Promise<void> {
  expect(await tablesHolding(portal.db, CANARY)).toEqual([]);
  expect(await tablesHolding(portal.db, ERASED)).toEqual([]);
  expect(portal.logged.filter((line) => line.includes(CANARY) || line.includes(ERASED))).toEqual([]);
}

const deletion = (portal: ScoredPortal, id = ERASED) =>
  notify(portal, { subscriptionType: "contact.deletion", objectId: Number(id) });
const privacyDeletion = (portal: ScoredPortal, id = ERASED) =>
  notify(portal, { subscriptionType: "contact.privacyDeletion", objectId: Number(id) });

describe("T36 a privacy deletion leaves nothing of the contact", () => {
  const orders = {
    "after the deletion": (portal: ScoredPortal) => [[deletion(portal)], [privacyDeletion(portal)]],
    "before the deletion": (portal: ScoredPortal) => [[privacyDeletion(portal)], [deletion(portal)]],
    "with the deletion": (portal: ScoredPortal) => [[privacyDeletion(portal), deletion(portal)]],
    "twice, behind a change": (portal: ScoredPortal) => [
      [titleChange(portal, ERASED, `${CANARY} II`), privacyDeletion(portal)],
      [privacyDeletion(portal)],
    ],
  };
  test.each(Object.entries(orders))("%s", async (_name, deliveriesOf) => {
    await using portal = await openPortalWithTraces();
    await portal.account.ask("POST", "/__webhooks", {
      targetUrl: portal.receiverUrl,
      clientSecret: "x",
      subscriptions: [],
    });
    await portal.account.erase(ERASED);
    for (const delivery of deliveriesOf(portal)) {
      await portal.receive(delivery);
      await drain(portal.work, portal.id);
    }
    await expectNoTrace(portal);
    expect(await shown(portal, "41", "title_score")).toBe("20");
  });
});

test("T36 as the account itself tells it, and for what waits in the inbox", async () => {
  await using portal = await openPortalWithTraces();
  await portal.account.change("contact", ERASED, { jobtitle: `${CANARY} III` });
  await portal.account.erase(ERASED);
  await portal.settle();
  await expectNoTrace(portal);
});

test("T36 a contact that others were merged into takes what they left along", async () => {
  await using portal = await openPortalWithTraces();
  const merged = await portal.account.merge(ERASED, "42");
  await portal.settle();
  await portal.account.erase(merged);
  await portal.settle();
  await expectNoTrace(portal);
  expect(await tablesHolding(portal.db, merged)).toEqual([]);
});

test("T37 a change that comes after the privacy deletion brings nothing back", async () => {
  await using portal = await openPortalWithTraces();
  await portal.account.erase(ERASED);
  await portal.settle();
  const before = await portal.account.lastCall();
  await portal.receive([titleChange(portal, ERASED, CANARY), titleChange(portal, "42", "manager")]);
  await drain(portal.work, portal.id);
  await expectNoTrace(portal);
  const calls = await portal.account.callsAfter(before);
  expect(calls.filter(({ ids }) => ids.includes(ERASED))).toEqual([]);
  expect(await shown(portal, "42", "title_score")).toBe("20");
});

describe("T37 a job in flight at the privacy deletion keeps nothing", () => {
  /** Erases the contact while the stage waits for an answer of the account, then lets it go on. */
  async function eraseDuring(portal: ScoredPortal, path: string, stage: () => Promise<void>): Promise<void> {
    await portal.account.ask("POST", "/__faults", { path, delayMs: 400 });
    const before = await portal.account.lastCall();
    const running = stage();
    while ((await portal.account.callsAfter(before)).every((call) => !call.path.startsWith(path)));
    await portal.receive([privacyDeletion(portal)]);
    await ingest(portal.work, portal.id);
    await running;
    await drain(portal.work, portal.id);
  }

  test("a read", async () => {
    await using portal = await openPortalWithTraces();
    await portal.receive([notify(portal, { subscriptionType: "contact.restore", objectId: Number(ERASED) })]);
    await ingest(portal.work, portal.id);
    await eraseDuring(portal, "/crm/objects/2026-09/contacts/batch/read", () =>
      readPending(portal.work, portal.id),
    );
    await expectNoTrace(portal);
  });

  test("a computation", async () => {
    await using portal = await openPortalWithTraces();
    const { work, id } = portal;
    await portal.receive([titleChange(portal, ERASED, "clerk")]);
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
    await portal.receive([privacyDeletion(portal)]);
    const erasing = ingest(work, id);
    released.resolve();
    await Promise.all([scoring, erasing]);
    await drain(work, id);
    await expectNoTrace(portal);
  });

  test("a write", async () => {
    await using portal = await openPortalWithTraces();
    const { work, id } = portal;
    await portal.receive([titleChange(portal, ERASED, "clerk")]);
    await ingest(work, id);
    await passTime(work.db, id, 1_000);
    await score(work, id);
    await passTime(work.db, id, 2_000);
    await eraseDuring(portal, "/crm/objects/2026-09/contacts/batch/update", () => write(work, id));
    await expectNoTrace(portal);
    const before = await portal.account.lastCall();
    await drain(work, id);
    expect(await portal.account.callsAfter(before)).toEqual([]);
  });
});

test("T38 an ordinary deletion is undone by a restore, a privacy deletion is not", async () => {
  await using portal = await openPortalWithTraces();
  const { account } = portal;
  await account.archive("contact", "42");
  await portal.settle();
  const scored = async () =>
    (
      await portal.db.query<{ id: string }>("select distinct record_id as id from record_scores order by id")
    ).map(({ id }) => id);
  expect(await scored()).toEqual(["41", ERASED]);
  await account.restore("contact", "42");
  await account.change("contact", "42", { jobtitle: "chief" });
  await account.erase(ERASED);
  await portal.settle();
  await portal.receive([notify(portal, { subscriptionType: "contact.restore", objectId: Number(ERASED) })]);
  await drain(portal.work, portal.id);
  expect(await shown(portal, "42", "title_score")).toBe("40");
  expect(await scored()).toEqual(["41", "42"]);
  await expectNoTrace(portal);
});
