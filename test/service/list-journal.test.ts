import { expect, test, vi } from "vitest";
import { LISTED } from "../pipeline/listed-portal.ts";
import { type AppInstallation, startAppInstallation } from "./app-installation.ts";
import { startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 120_000 });

const data = ["1", "2"].map((id) => ({ object: "contact", id, lists: id === "1" ? ["7"] : ["8"] }));

async function change({ account }: AppInstallation, what: "add" | "remove", ids: readonly string[]) {
  const { url, token } = account.emulator;
  const answer = await fetch(`${url}/crm/lists/2026-09/7/memberships/${what}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(ids),
  });
  expect(answer.status).toBe(200);
}

const subscribed = ({ account }: AppInstallation) =>
  [...account.emulator.journal.subscriptions.values()].map(({ listIds }) => listIds);
const untilSubscribed = (app: AppInstallation, lists: readonly (readonly string[])[]) =>
  vi.waitFor(() => expect(subscribed(app)).toEqual(lists), { timeout: 40_000, interval: 100 });

/** When records and lists were last looked through, and how often lists were read. */
async function looks({ database, account }: AppInstallation) {
  const rows = await database.db.query(
    "select source, updated_at::text from cursors where source like 'modified %' order by source",
  );
  const reads = account.callsOf(101).filter(({ path }) => path.endsWith("/7/memberships"));
  return { rows, reads: reads.length };
}

test("a contact's score follows the list within seconds, over a kill -9, and the subscription goes with the app", async () => {
  const env = { UNINSTALL_DATA: "erase" };
  await using app = await startAppInstallation({
    ...{ portals: [{ portalId: 101, data }], scores: [LISTED], env },
  });
  await app.install(101);
  await app.untilHeld(101, "1", "listed", "5");
  await untilSubscribed(app, [["7"]]);
  const { db } = app.database;
  await vi.waitFor(
    async () => expect(await db.query("select 1 from journals where read_at is not null")).toHaveLength(1),
    { timeout: 30_000, interval: 100 },
  );
  // The list is read once more after it was subscribed to: not by what this is about.
  await db.query("update lists set reread_at = null");
  const before = await looks(app);
  const changedAt = performance.now();
  await change(app, "add", ["2"]);
  await app.untilHeld(101, "2", "listed", "5");
  expect(performance.now() - changedAt).toBeLessThan(30_000);
  app.service.kill("SIGKILL");
  await app.service.exited;
  await change(app, "remove", ["1"]);
  expect(await looks(app)).toEqual(before);
  await using again = await startService(app.env);
  await app.untilHeld(101, "1", "listed", "0");
  await app.uninstall(101);
  // Only refused calls tell of it.
  await vi.waitFor(
    async () => {
      await db.query("update lists set reread_at = clock_timestamp()");
      expect(await db.query("select status from portals")).toEqual([{ status: "uninstalled" }]);
    },
    { timeout: 30_000, interval: 1_000 },
  );
  await untilSubscribed(app, []);
  expect(again.output()).not.toContain("could not be followed");
});

test("a refused journal is named by doctor, score list and portal list", async () => {
  await using app = await startAppInstallation({ portals: [{ portalId: 101, data }], scores: [LISTED] });
  await app.account.control("/__app", { journal: false });
  await app.install(101);
  await app.untilHeld(101, "1", "listed", "5");
  const off = [
    { feature: "list journal entries", reason: expect.stringContaining("lists are read every five minutes") },
  ];
  await vi.waitFor(
    async () => expect(await app.lines("score", "list")).toMatchObject([{ offFeatures: off }]),
    {
      timeout: 40_000,
      interval: 1_000,
    },
  );
  expect(await app.lines("portal", "list")).toMatchObject([{ off }]);
  const findings = await app.lines("doctor");
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: "features",
      text: expect.stringContaining("list journal entries are off"),
    }),
  );
});
