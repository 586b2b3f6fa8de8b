import { expect, test, vi } from "vitest";
import { define, TITLE, VISITS } from "../pipeline/definitions.ts";
import { openBrowser } from "../support/browser.ts";
import { startAppInstallation } from "./app-installation.ts";

vi.setConfig({ testTimeout: 120_000 });

const visit = (id: string) => ({
  ...{ id, type: "page_visited", occurredAt: new Date(Date.now() - 86_400_000).toISOString() },
  properties: { url: "https://www.example.com/" },
});
const people = (...titles: readonly string[]) =>
  titles.map((jobtitle, index) => ({
    ...{ object: "contact", id: String(index + 1), properties: { jobtitle } },
    events: [visit(`visit-${index}`)],
  }));

/** Points for the title, and for standing on list 7. */
const LISTED = define({
  schema: 1,
  name: "Listed",
  object: "contact",
  type: "fit",
  limit: { max: 100 },
  property: { name: "listed_score" },
  groups: [
    {
      name: "Person",
      side: "fit",
      rules: [
        { id: "chief", where: { property: "jobtitle", operator: "CONTAINS", values: ["chief"] }, points: 40 },
        { id: "list", where: { lists: ["7"], belongs: "any" }, points: 5 },
      ],
    },
  ],
});

test("a free and an enterprise account install the app in the browser: each is scored by what its plan allows", async () => {
  await using app = await startAppInstallation({
    portals: [
      { portalId: 101, data: people("chief", "manager") },
      { portalId: 102, tier: "free", data: people("clerk", "chief", "chief") },
    ],
    scores: [TITLE, VISITS],
  });
  const [first, second] = [await app.install(101), await app.install(102)];
  for (const shown of [first, second]) {
    expect(shown.status).toBe(200);
    expect(shown.url.pathname).toBe("/oauth/callback");
    expect(shown.page).toContain("Your HubSpot account is connected");
  }
  expect(first.page).toContain("Account 101");
  await app.untilHeld(101, "1", "title_score", "40");
  await app.untilHeld(101, "2", "visit_score", "10");
  await app.untilHeld(102, "3", "title_score", "40");
  await app.untilHeld(102, "1", "visit_score", "0");
  await app.untilQuiet(102);
  const portals = await app.lines("portal", "list");
  expect(portals).toMatchObject([
    { portal: "101", state: "active", connection: "OAuth", timeZone: "Europe/Amsterdam", off: [] },
    {
      ...{ portal: "102", state: "active", sources: { page_visited: "counters" } },
      off: [{ feature: "event occurrences" }, { feature: "lead records" }, { feature: "marketing e-mails" }],
    },
  ]);
  expect(portals[1]?.["consentUrl"]).toBe(`${app.service.url}/oauth/install?portal=102`);
  const scores = await app.lines("score", "list", "--portal", "102");
  expect(scores).toMatchObject([
    { score: "Title", status: "on", offFeatures: [] },
    { score: "Visits", status: "on", offFeatures: [] },
  ]);
  const refused = app.account.callsOf(102).filter(({ status }) => status === 403);
  expect(refused.map(({ path }) => path).toSorted()).toEqual([
    "/crm/objects/2026-09/leads",
    "/email/public/v1/events",
    "/events/event-occurrences/2026-09/event-types",
  ]);
});

test("a page explains every refusal, and nothing is connected", async () => {
  await using app = await startAppInstallation({ portals: [{ portalId: 101 }], scores: [] });
  const [browser, other] = [openBrowser(), openBrowser()];
  const begin = () => browser.open(`${app.service.url}/oauth/install?portal=101`);
  const denied = await browser.press(await begin(), "decision=cancel");
  expect([denied.status, denied.page.includes("The app was not installed")]).toEqual([403, true]);

  await begin();
  const stranger = await other.press(await begin(), "decision=grant");
  expect(stranger.page).toContain("This installation began in another browser");
  const forged = await browser.open(`${app.service.url}/oauth/callback?code=c&state=made.up.by.someone`);
  expect([forged.status, forged.page.includes("did not begin here")]).toEqual([400, true]);
  const badCode = new URL((await begin()).url);
  const state = badCode.searchParams.get("state") ?? "";
  const callback = `${app.service.url}/oauth/callback?state=${encodeURIComponent(state)}`;
  expect((await browser.open(`${callback}&code=unknown`)).page).toContain("HubSpot refused the installation");
  expect((await browser.open(`${callback}&code=unknown`)).page).toContain("is finished already");

  await app.account.control("/__faults", { path: "/oauth/2026-09/token", status: 503 });
  const away = await browser.press(await begin(), "decision=grant");
  expect([away.status, away.page.includes("cannot be reached")]).toEqual([503, true]);
  const lacking = new URL((await begin()).url);
  lacking.searchParams.set("scope", "oauth crm.objects.contacts.read");
  const few = await browser.press(await browser.open(lacking.toString()), "decision=grant");
  expect([few.status, few.page.includes("crm.schemas.contacts.write")]).toEqual([403, true]);
  expect(app.account.emulator.sites.all[0]?.tokens.refreshTokens.size).toBe(0);
  expect(await app.lines("portal", "list")).toEqual([]);
  expect((await app.install(101)).status).toBe(200);
});

test("T42 an uninstalled account is called no more and the admin told; installed again it is resumed and reconciled", async () => {
  await using app = await startAppInstallation({
    portals: [
      { portalId: 101, data: people("clerk", "manager") },
      { portalId: 102, data: people("chief") },
    ],
    scores: [TITLE],
  });
  await app.install(101);
  await app.install(102);
  await app.untilHeld(101, "2", "title_score", "20");
  await app.untilHeld(102, "1", "title_score", "40");
  await app.untilQuiet(101);
  await app.uninstall(101);
  const change = async (title: string) => {
    const emulator = app.account.emulator;
    await fetch(`${emulator.url}/crm/objects/2026-09/contacts/1`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      body: JSON.stringify({ properties: { jobtitle: title } }),
    });
  };
  await change("chief");
  await app.database.db.query(
    "update pending_writes set held = '{}', pending = true where portal_id = '101'",
  );
  await vi.waitFor(
    async () => {
      const [portal] = await app.lines("portal", "list");
      expect(portal).toMatchObject({ portal: "101", status: "uninstalled", connection: "none" });
    },
    { timeout: 60_000, interval: 500 },
  );
  const callsThen = app.account.callsOf(101).filter(({ status }) => status === 401).length;
  expect(callsThen).toBeGreaterThan(0);
  expect(app.service.output()).toContain("the account has uninstalled the app");
  await vi.waitFor(
    async () => expect((await app.service.get("/metrics")).body).toContain('portals{status="uninstalled"} 1'),
    15_000,
  );
  expect(app.account.callsOf(101).filter(({ status }) => status === 401)).toHaveLength(callsThen);
  expect(app.held(101, "1", "title_score")).toBe("0");

  expect((await app.install(101)).page).toContain("connected again");
  await app.untilHeld(101, "1", "title_score", "40");
  expect(await app.lines("portal", "list")).toMatchObject([{ status: "active" }, { status: "active" }]);
});

test("T42 with UNINSTALL_DATA=erase nothing of the account stays but that it was there", async () => {
  await using app = await startAppInstallation({
    portals: [{ portalId: 101, data: people("chief") }],
    scores: [TITLE],
    env: { UNINSTALL_DATA: "erase" },
  });
  await app.install(101);
  await app.untilHeld(101, "1", "title_score", "40");
  await app.untilQuiet(101);
  await app.uninstall(101);
  await app.database.db.query("update pending_writes set held = '{}', pending = true");
  const { db } = app.database;
  const kept = async () => {
    const tables = await db.query<{ name: string }>(
      `select table_name as name from information_schema.columns where column_name = 'portal_id'
         and table_schema = 'public' and table_name <> 'portals'`,
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) expect(await db.query(`select '${name}' from ${name}`)).toEqual([]);
  };
  await vi.waitFor(kept, { timeout: 60_000, interval: 500 });
  expect(await db.query("select status from portals")).toEqual([{ status: "uninstalled" }]);
});

test("T43 what HubSpot refuses is off with its reason and not asked for again; scoring goes on, and a new consent cures it", async () => {
  const data = people("chief", "clerk").map((person) => ({ ...person, lists: ["7"] }));
  await using app = await startAppInstallation({ portals: [{ portalId: 101, data }], scores: [LISTED] });
  await app.account.control("/__withhold", ["crm.lists.read"]);
  await app.install(101);
  await app.untilHeld(101, "1", "listed_score", "40");
  await app.untilHeld(101, "2", "listed_score", "0");
  await app.untilQuiet(101);
  const [score] = await app.lines("score", "list");
  expect(score).toMatchObject({
    offFeatures: [{ feature: "lists", reason: "the scope crm.lists.read is not granted" }],
  });
  const refused = () =>
    app.account.callsOf(101).filter(({ status, path }) => status === 403 && path.includes("/lists/"));
  expect(refused()).toHaveLength(1);
  const logged = app.service.output().split("HubSpot refuses this to the account").length - 1;
  expect(logged).toBe(1);

  await app.account.control("/__withhold", []);
  expect((await app.install(101)).page).toContain("connected again");
  await app.untilHeld(101, "1", "listed_score", "45");
  await app.untilHeld(101, "2", "listed_score", "5");
  // The token held from before the consent may be tried once more: its refusal leads to the new one.
  expect(refused().length).toBeLessThanOrEqual(2);
  expect(await app.lines("score", "list")).toMatchObject([{ offFeatures: [] }]);
});
