import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPortal } from "../../src/portals/install.ts";
import { saveEventSources } from "../../src/store/event-sources.ts";
import { createKeyRing } from "../../src/store/key-ring.ts";
import { turnFeatureOff } from "../../src/store/portal-features.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { define, TITLE } from "../pipeline/definitions.ts";
import { newKey, type OAuthAccount, startOAuthAccount } from "../portals/oauth-account.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type Env, runCommand } from "./installation.ts";

const [OLD, NEW] = [newKey(), newKey()];
const folder = mkdtempSync(join(tmpdir(), "scorekeeper-portals-"));
let database: TestDatabase;
let account: OAuthAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  account = await startOAuthAccount({ portals: [{ portalId: 102, tier: "free", data: [] }] });
  const oauth = { app: account.app, keys: createKeyRing([OLD]) };
  for (const portal of [101, 102]) await installPortal(oauth, database.db, await account.consent(portal));
  await database.db.query("update portals set setup_due_at = null");
});
afterAll(async () => {
  await account[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function run(keys: string, ...args: readonly string[]) {
  return runWith({}, keys, ...args);
}

function runWith(more: Env, keys: string, ...args: readonly string[]) {
  const { clientId, clientSecret } = account.app;
  const env = {
    ...{ DATABASE_URL: database.url, HUBSPOT_API_URL: account.emulator.url, SECRET_KEY: keys },
    ...{ HUBSPOT_CLIENT_ID: clientId, HUBSPOT_CLIENT_SECRET: clientSecret, LOG_LEVEL: "silent" },
    ...{ PUBLIC_URL: "https://scores.example", ...more },
  };
  return runCommand(folder, env, args);
}

test("portals are listed with what they are refused and the way to consent anew", async () => {
  await turnFeatureOff(database.db, "102", {
    ...{ feature: "lists", reason: "the scope crm.lists.read is not granted", scopes: ["crm.lists.read"] },
  });
  const { stdout, status } = await run(OLD, "portal", "list");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^101 +active +OAuth +UTC/m);
  expect(stdout).toContain("102: lists are off: the scope crm.lists.read is not granted");
  expect(stdout).toContain("https://scores.example/oauth/install?portal=102");
  expect(stdout).not.toContain("install?portal=101");
});

test("portals are listed with where their events come from, as chosen", async () => {
  await saveEventSources(database.db, "102", new Map([["page_visited", "counters"]]));
  const { stdout } = await run(OLD, "portal", "list", "--json");
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toMatchObject([
    { portal: "101", sources: {} },
    { portal: "102", sources: { page_visited: "counters" } },
  ]);
});

test("where there are several portals a command asks for one; it names them", async () => {
  const several = await run(OLD, "score", "list");
  expect([several.status, several.stderr]).toEqual([2, expect.stringContaining("(101, 102)")]);
  expect((await run(OLD, "--portal", "102", "score", "list")).status).toBe(0);
  expect((await run(OLD, "--portal", "103", "score", "list")).status).toBe(2);
});

test("portals are paused and resumed", async () => {
  expect((await run(OLD, "portal", "pause", "101")).stdout).toContain("portal 101 is paused");
  expect((await run(OLD, "portal", "pause", "101")).status).toBe(0);
  expect((await run(OLD, "portal", "list")).stdout).toMatch(/^101 +paused +OAuth/m);
  expect((await run(OLD, "portal", "resume", "101")).stdout).toContain("portal 101 is active");
  expect((await run(OLD, "portal", "resume", "103")).status).toBe(2);
});

test("keys rotate seals every portal's tokens under the first key; then the old one can go", async () => {
  const rotated = await run(`${NEW},${OLD}`, "keys", "rotate", "--json");
  expect(JSON.parse(rotated.stdout)).toMatchObject({ portals: 2, resealed: 2 });
  expect(JSON.parse((await run(NEW, "keys", "rotate", "--json")).stdout)).toMatchObject({ resealed: 0 });
  const lost = await run(OLD, "keys", "rotate");
  expect([lost.status, lost.stderr]).toEqual([1, expect.stringContaining("SECRET_KEY lacks the key")]);
});

test("T58 doctor tells how far this machine's clock is from HubSpot's, and looks at every connected account", async () => {
  const { stdout } = await run(NEW, "doctor");
  expect(stdout).toMatch(/✓ clock: \d+ s ahead of HubSpot's|✓ clock: \d+ s behind HubSpot's/);
  expect(stdout).toContain("✓ hubspot: account 101, time zone Europe/Amsterdam");
  expect(stdout).toContain("✓ hubspot: account 102");
  expect(stdout).toContain("! features: portal 102: lists are off");
  const without = await run(OLD, "doctor");
  expect(without.stdout).toContain("✗ hubspot: SECRET_KEY lacks the key");
  expect(without.status).toBe(1);
});

test("publishing without a scope names it and the cure: a new consent, or the scope for the app of a static token", async () => {
  const deals = define({ ...TITLE, name: "Deals", object: "deal", property: { name: "deal_score" } });
  for (const portal of ["101", "102"]) await saveDraft(database.db, portal, deals);
  const oauth = { app: account.app, keys: createKeyRing([NEW]) };
  await installPortal(oauth, database.db, await account.consent(102, []));
  const refused = await run(NEW, "--portal", "102", "score", "publish", "Deals", "--no-wait");
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("the scope crm.")]);
  expect(refused.stderr).toContain("consent anew at https://scores.example/oauth/install?portal=102");
  expect(refused.stderr).not.toContain("MISSING_SCOPES");
  const scopes = ["crm.schemas.deals.read"];
  const off = { feature: "deal property definitions", reason: "not granted", scopes };
  await turnFeatureOff(database.db, "101", off);
  const single = { HUBSPOT_ACCESS_TOKEN: account.emulator.token, HUBSPOT_PORTAL_ID: "101" };
  const lacking = await runWith(single, NEW, "--portal", "101", "score", "publish", "Deals", "--no-wait");
  expect([lacking.status, lacking.stderr]).toEqual([1, expect.stringContaining("HUBSPOT_ACCESS_TOKEN")]);
  expect(lacking.stderr).toContain("the scope crm.schemas.deals.read is not granted");
  const cured = await runWith(single, NEW, "--portal", "101", "score", "publish", "Deals", "--no-wait");
  expect([cured.status, cured.stderr]).toEqual([0, ""]);
});
