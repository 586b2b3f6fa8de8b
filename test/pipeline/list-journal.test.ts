import { expect, test } from "vitest";
import { offFeatures } from "../../src/scores/off-features.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { listFeatures } from "../../src/store/portal-features.ts";
import { listScores, saveDraft } from "../../src/store/scores.ts";
import { reconcile } from "../../workers/reconcile/reconcile.ts";
import { define } from "./definitions.ts";
import { LISTED, type ListedPortal, openListedPortal } from "./listed-portal.ts";
import { drain } from "./work-through.ts";

const listsOf = ({ account }: ListedPortal) =>
  [...account.emulator.journal.subscriptions.values()].map(({ portalId, listIds }) => [portalId, listIds]);

async function positionOf({ db }: ListedPortal): Promise<string | null | undefined> {
  const [row] = await db.query<{ position: string | null }>("select position from journals");
  return row?.position;
}

test("a contact that enters or leaves a list is scored by what the journal tells, without the list being read", async () => {
  await using portal = await openListedPortal();
  expect(await portal.shown()).toEqual(["5", "0", "0"]);
  const before = await portal.account.lastCall();
  await portal.change("add", ["2", "3"]);
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "5", "5"]);
  await portal.change("remove", ["2"]);
  await portal.change("remove", ["1"], "8");
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "0", "5"]);
  expect(await portal.listReads(before)).toBe(0);
  await reconcile(portal.work, portal.id);
  await drain(portal.work, portal.id);
  expect(await portal.shown()).toEqual(["5", "0", "5"]);
});

test("entries told again change nothing, and reading goes on after a restart where it was", async () => {
  await using portal = await openListedPortal();
  const start = await positionOf(portal);
  await portal.change("add", ["2"]);
  await portal.follow();
  const position = await positionOf(portal);
  await portal.change("remove", ["2"]);
  await portal.change("add", ["3"]);
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "0", "5"]);
  await portal.db.query("update journals set position = $1", [start]);
  const before = await portal.account.lastCall();
  await portal.follow();
  expect(await positionOf(portal)).not.toBe(position);
  expect(await portal.shown()).toEqual(["5", "0", "5"]);
  expect((await portal.account.callsAfter(before)).filter(({ path }) => path.includes("/objects/"))).toEqual(
    [],
  );
});

test("a worker that dies with an entry in hand loses nothing: position and members move together", async () => {
  await using portal = await openListedPortal();
  await portal.change("add", ["2"]);
  await portal.db.query(
    "create function fail() returns trigger language plpgsql as $$ begin raise 'dead'; end $$",
  );
  await portal.db.query("create trigger fail before insert on dirty_marks execute function fail()");
  const position = await positionOf(portal);
  await expect(portal.follow()).rejects.toThrow("dead");
  expect(await positionOf(portal)).toBe(position);
  await portal.db.query("drop trigger fail on dirty_marks");
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "5", "0"]);
});

test("an entry that is older than the last reading of the list does not undo it", async () => {
  await using portal = await openListedPortal();
  const { clock } = portal.account.emulator.portal;
  await portal.change("add", ["2"]);
  clock.set(clock.now() + 3_600_000);
  // What a file says of an hour ago, the reading of now overrules: here by a list that a user emptied untold.
  const { subscriptions } = portal.account.emulator.journal;
  const kept = [...subscriptions];
  subscriptions.clear();
  await portal.change("remove", ["2"]);
  for (const [id, one] of kept) subscriptions.set(id, one);
  await reconcile(portal.work, portal.id);
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "0", "0"]);
});

test("an entry of just before the last reading that says otherwise has the list read anew", async () => {
  await using portal = await openListedPortal();
  await portal.change("add", ["2"]);
  const { clock } = portal.account.emulator.portal;
  clock.set(clock.now() + 5_000);
  await reconcile(portal.work, portal.id);
  // As HubSpot's lists may, this one showed the contact late.
  await portal.db.query("delete from list_members where record_id = '2' and list_id = '7'");
  const before = await portal.account.lastCall();
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "0", "0"]);
  await portal.reread();
  expect(await portal.shown()).toEqual(["5", "5", "0"]);
  expect(await portal.listReads(before)).toBe(1);
});

test("what is told while a list is being read outlives that reading", async () => {
  await using portal = await openListedPortal();
  const { account, work, id } = portal;
  const delay = {
    method: "GET",
    path: "/crm/lists/2026-09/7/memberships",
    delayMs: 1_500,
    applied: true,
    times: 1,
  };
  await account.ask("POST", "/__faults", delay);
  const reading = reconcile(work, id);
  await expect.poll(() => account.ask("GET", "/__faults"), { timeout: 15_000 }).toEqual([]);
  await portal.change("add", ["3"]);
  await portal.follow();
  await reading;
  await drain(work, id);
  expect(await portal.shown()).toEqual(["5", "0", "5"]);
});

test("the journal tells of exactly the lists in use, and of none once the scores are off or the app is uninstalled", async () => {
  await using portal = await openListedPortal();
  const { db, work, id } = portal;
  expect(listsOf(portal)).toEqual([[101, ["7"]]]);
  const scoped = define({
    ...LISTED,
    name: "Scoped",
    property: { name: "scoped" },
    records: { mode: "all", lists: ["8"] },
  });
  await saveDraft(db, id, scoped);
  const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
  await publishScores(deps, id, { names: ["Scoped"], by: "test" });
  const published = await portal.account.lastCall();
  await portal.follow(2);
  expect(listsOf(portal)).toEqual([[101, ["7", "8"]]]);
  const made = (await portal.account.callsAfter(published)).filter(({ method }) => method === "POST");
  expect(made.filter(({ path }) => path.includes("/subscriptions/"))).toHaveLength(1);
  const before = await portal.account.lastCall();
  await portal.follow();
  const paths = (await portal.account.callsAfter(before)).map(({ path }) => path);
  expect(paths.filter((path) => path.includes("/subscriptions/"))).toEqual([]);
  await db.query("update portals set status = 'uninstalled'");
  await portal.follow();
  expect(listsOf(portal)).toEqual([]);
  const after = await portal.account.lastCall();
  await portal.follow();
  expect(await portal.account.callsAfter(after)).toEqual([]);
});

test("subscriptions that a dead process left, or HubSpot lost, are put right", async () => {
  await using portal = await openListedPortal();
  const { journal } = portal.account.emulator;
  const lists = { portalId: 101, actions: ["ADDED_TO_LIST", "REMOVED_FROM_LIST"] };
  journal.subscribe({ ...lists, listIds: ["7"] });
  journal.subscribe({ ...lists, listIds: ["9"] });
  journal.subscribe({ ...lists, portalId: 102, listIds: ["9"] });
  await portal.db.query("update journals set checked_at = now() - interval '2 hours'");
  await portal.follow();
  expect(listsOf(portal)).toEqual([
    [101, ["7"]],
    [102, ["9"]],
  ]);
  journal.subscriptions.clear();
  await portal.db.query("update journals set checked_at = now() - interval '2 hours'");
  await portal.follow();
  expect(listsOf(portal)).toEqual([[101, ["7"]]]);
});

test("where reading stands at an entry that HubSpot has thrown away, the lists are read and reading begins anew", async () => {
  await using portal = await openListedPortal();
  await portal.change("add", ["2"]);
  await portal.follow();
  await portal.change("remove", ["1"]);
  const { clock } = portal.account.emulator.portal;
  clock.set(clock.now() + 4 * 86_400_000);
  await portal.change("add", ["3"]);
  await portal.follow();
  await portal.reread();
  expect(await portal.shown()).toEqual(["0", "5", "5"]);
  await portal.change("remove", ["3"]);
  await portal.follow();
  expect(await portal.shown()).toEqual(["0", "5", "0"]);
});

test("a file that cannot be used, or names no list in a known way, is passed over, and the lists are read instead", async () => {
  await using portal = await openListedPortal();
  const { journal } = portal.account.emulator;
  const { url } = journal;
  const start = await positionOf(portal);
  await portal.change("add", ["2"]);
  journal.url = "http://files.example.com";
  await portal.follow();
  const position = await positionOf(portal);
  expect(position).not.toBe(start);
  await portal.reread();
  expect(await portal.shown()).toEqual(["5", "5", "0"]);
  journal.url = url;
  await portal.change("add", ["3"]);
  const [file] = journal.files().slice(-1);
  (file?.events as object[] | undefined)?.splice(0, 1, { portalId: 101, action: "ADDED_TO_LIST", list: 7 });
  await portal.follow();
  expect(await positionOf(portal)).not.toBe(position);
  await portal.reread();
  expect(await portal.shown()).toEqual(["5", "5", "5"]);
});

test("entries of unknown portals and lists and of erased people are passed over; a file's later entries win", async () => {
  await using portal = await openListedPortal();
  await portal.account.erase("3");
  await portal.settle();
  await portal.change("add", ["2"]);
  const [file] = portal.account.emulator.journal.files().slice(-1);
  const [told] = file?.events ?? [];
  const others = [
    { ...told, portalId: 102, objectId: 1, action: "REMOVED_FROM_LIST" },
    { ...told, listId: 99, objectId: 1 },
    { ...told, objectId: 3 },
    { ...told, objectId: 1, action: "REMOVED_FROM_LIST" },
    { ...told, objectId: 1, action: "ADDED_TO_LIST" },
  ];
  (file?.events as object[] | undefined)?.push(...others);
  await portal.follow();
  expect(await portal.shown()).toEqual(["5", "5"]);
  const named =
    "select record_id as id, list_id as list from list_members union select record_id, list_id from list_entries";
  expect(await portal.db.query(`${named} order by list, id`)).toEqual([
    { id: "1", list: "7" },
    { id: "2", list: "7" },
  ]);
});

test("where HubSpot refuses the journal, that is noted once and shown, and lists are read every five minutes", async () => {
  await using portal = await openListedPortal();
  const { account, db, id, work } = portal;
  account.emulator.app.settings = { ...account.emulator.app.settings, journal: false };
  await portal.change("add", ["2"]);
  for (let turn = 0; turn < 3; turn++) await portal.follow();
  expect(await portal.shown()).toEqual(["5", "0", "0"]);
  expect(portal.logged.filter((line) => line.includes("HubSpot refuses"))).toHaveLength(1);
  const reason = expect.stringContaining("lists are read every five minutes");
  expect(await listFeatures(db, id)).toMatchObject([
    { feature: "list journal entries", isOff: true, reason },
  ]);
  const off = await offFeatures(db, id, await listScores(db, id));
  expect([...off.values()]).toEqual([[{ feature: "list journal entries", reason }]]);
  const before = await account.lastCall();
  await portal.follow();
  expect(await account.callsAfter(before)).toEqual([]);
  await reconcile(work, id);
  await drain(work, id);
  expect(await portal.shown()).toEqual(["5", "5", "0"]);
  account.emulator.app.settings = { ...account.emulator.app.settings, journal: true };
  await db.query("update portal_features set checked_at = now() - interval '2 days'");
  await portal.follow();
  await portal.change("remove", ["1"]);
  await portal.follow();
  expect(await portal.shown()).toEqual(["0", "5", "0"]);
  expect(await listFeatures(db, id)).toMatchObject([{ isOff: false }]);
});
