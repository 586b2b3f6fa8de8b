import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { webhooksFileSchema } from "../../cli/setup-webhooks.ts";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import { savePortal } from "../../src/store/portals.ts";
import { turnOff } from "../../src/store/score-life.ts";
import { addVersion, promoteVersions, saveDraft } from "../../src/store/scores.ts";
import { define, READINESS, TITLE } from "../pipeline/definitions.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type Env, runCommand } from "./installation.ts";

vi.setConfig({ testTimeout: 60_000 });

const PORTAL = "7";
const PROJECT = join(import.meta.dirname, "../../hubspot-app");
const WEBHOOKS = "hubspot-app/src/app/webhooks/webhooks-hsmeta.json";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  await savePortal(database.db, PORTAL, "UTC");
  folder = mkdtempSync(join(tmpdir(), "scorekeeper-setup-"));
  cpSync(PROJECT, join(folder, "hubspot-app"), {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database[Symbol.asyncDispose]();
});

const read = (path: string) => readFileSync(join(folder, path), "utf8");

function subscriptions() {
  const { crmObjects, hubEvents } = webhooksFileSchema.parse(JSON.parse(read(WEBHOOKS))).config.subscriptions;
  const named = crmObjects.map(({ objectType, subscriptionType, propertyName = "", active }) => ({
    key: `${objectType} ${subscriptionType.replace("object.", "")} ${propertyName}`.trim(),
    active,
  }));
  const keys = (isMeant: boolean) => named.filter(({ active }) => active === isMeant).map(({ key }) => key);
  return { on: keys(true), off: keys(false), hubEvents };
}

async function publish(portal: string, definition: ScoreDefinition): Promise<number> {
  const { scoreId } = await saveDraft(database.db, portal, definition);
  await addVersion(database.db, portal, { scoreId, definition, at: 0, by: "test", note: undefined });
  await promoteVersions(database.db, portal, definition.object);
  return scoreId;
}

async function setup(...flags: readonly string[]) {
  const args = ["setup", "--project", "hubspot-app", "--database-url", database.url, ...flags];
  const result = await runCommand(folder, {}, args);
  expect(result.stderr).toBe("");
  expect(result.status).toBe(0);
  return result.stdout;
}

test(".env gets what the flags give and a key of its own, keeps the rest, and is nobody else's", async () => {
  writeFileSync(join(folder, ".env"), "# mine\nLOG_LEVEL=warn\nexport PUBLIC_URL=https://old.example.com\n");
  const flags = ["--public-url", "https://scores.example.com", "--client-secret", "a b"];
  const said = await setup(...flags);
  expect(said).not.toContain("a b");
  const [mine, level, url, secret, databaseUrl, key] = read(".env").trimEnd().split("\n");
  expect([mine, level, url]).toEqual(["# mine", "LOG_LEVEL=warn", "PUBLIC_URL=https://scores.example.com"]);
  expect([secret, databaseUrl].toSorted()).toEqual([
    `DATABASE_URL=${database.url}`,
    "HUBSPOT_CLIENT_SECRET='a b'",
  ]);
  expect(key).toMatch(/^SECRET_KEY=[A-Za-z0-9+/]{43}=$/);
  expect(statSync(join(folder, ".env")).mode & 0o077).toBe(0);
  const before = read(".env");
  await setup(...flags);
  expect(read(".env")).toBe(before);
});

test("the profile gets the account and the address, other profiles and variables stay", async () => {
  const other = read("hubspot-app/src/hsprofile.development.json");
  await setup("--public-url", "https://scores.example.org/", "--account-id", "4711");
  expect(JSON.parse(read("hubspot-app/src/hsprofile.production.json"))).toEqual({
    accountId: 4711,
    variables: {
      APP_NAME: "Scorekeeper",
      PUBLIC_URL: "https://scores.example.org",
      SUPPORT_EMAIL: "support@example.com",
    },
  });
  expect(read("hubspot-app/src/hsprofile.development.json")).toBe(other);
  await setup("--profile", "staging", "--account-id", "12", "--support-email", "help@example.com");
  expect(JSON.parse(read("hubspot-app/src/hsprofile.staging.json"))).toMatchObject({
    accountId: 12,
    variables: { SUPPORT_EMAIL: "help@example.com" },
  });
});

test("subscriptions are those that published scores need, never to what scores write", async () => {
  await publish(PORTAL, READINESS);
  await savePortal(database.db, "8", "UTC");
  const reader = define({
    ...{ schema: 1, name: "Reader", object: "contact", type: "fit", limit: { max: 10 } },
    property: { name: "reader_score" },
    groups: [
      {
        name: "Group",
        side: "fit",
        rules: [
          { id: "ours", where: { property: "readiness", operator: "IS_KNOWN" }, points: 1 },
          { id: "silent", where: { property: "hs_lastmodifieddate", operator: "IS_KNOWN" }, points: 1 },
          { id: "theirs", where: { property: "lifecyclestage", operator: "IS_KNOWN" }, points: 1 },
        ],
      },
    ],
  });
  await publish("8", reader);
  await setup();
  const { on, off, hubEvents } = subscriptions();
  expect(off).toEqual([]);
  expect(hubEvents).toEqual([{ subscriptionType: "contact.privacyDeletion", active: true }]);
  const existence = (object: string) =>
    ["associationChange", "creation", "deletion", "merge"].map((kind) => `${object} ${kind}`);
  expect(on).toEqual(expect.arrayContaining(["contact", "company", "call"].flatMap(existence)));
  expect(on.filter((key) => key.includes("propertyChange") && !key.startsWith("call "))).toEqual([
    "company propertyChange industry",
    "contact propertyChange jobtitle",
    "contact propertyChange lifecyclestage",
  ]);
});

test("a subscription that is no longer needed is switched off, not left out, and on again when needed", async () => {
  const title = await publish(PORTAL, TITLE);
  await setup();
  const before = subscriptions();
  expect(before.on).toContain("contact propertyChange jobtitle");
  await turnOff(database.db, PORTAL, title);
  const said = JSON.parse(await setup("--json"));
  expect(said.webhooks).toMatchObject({ active: 0, added: 0, activated: 0, deactivated: before.on.length });
  expect(subscriptions()).toEqual({ on: [], off: before.on, hubEvents: before.hubEvents });
  await publish(PORTAL, TITLE);
  await setup();
  expect(subscriptions()).toEqual(before);
});

test("a dry run writes nothing and says what would be", async () => {
  await publish(PORTAL, TITLE);
  const before = [WEBHOOKS, "hubspot-app/src/hsprofile.production.json"].map(read);
  const said = await setup("--dry-run", "--public-url", "https://dry.example.com");
  expect(said).toContain("would write .env: added PUBLIC_URL, DATABASE_URL, SECRET_KEY; replaced nothing");
  expect(said).toMatch(/webhooks-hsmeta\.json: \d+ active; \d+ new, 0 on again, 0 switched off/);
  expect([WEBHOOKS, "hubspot-app/src/hsprofile.production.json"].map(read)).toEqual(before);
  expect(() => read(".env")).toThrow("ENOENT");
});

test("without a database subscriptions stay as they are; without the project only .env is written", async () => {
  const before = read(WEBHOOKS);
  const withoutDatabase = await runCommand(folder, {}, ["setup", "--project", "hubspot-app"]);
  expect(withoutDatabase.stdout).toContain("left as it is (there is no database yet)");
  expect(read(WEBHOOKS)).toBe(before);
  const withoutProject = await runCommand(folder, {}, ["setup", "--project", "nowhere"]);
  expect(withoutProject).toMatchObject({ status: 0, stdout: expect.stringContaining("left alone") });
});

test("an address that is not https is refused where a profile would lack it, and nothing is written; localhost is not", async () => {
  const profile = "hubspot-app/src/hsprofile.production.json";
  const before = [WEBHOOKS, profile].map(read);
  const run = (env: Env, ...flags: readonly string[]) =>
    runCommand(folder, env, ["setup", "--project", "hubspot-app", "--profile", "production", ...flags]);
  const { status, stderr } = await run({}, "--public-url", "http://plain.example.com");
  expect([status, stderr]).toEqual([2, expect.stringContaining("https address with --public-url")]);
  const held = await run({ PUBLIC_URL: "http://plain.example.com" }, "--app-id", "5");
  expect([held.status, held.stderr]).toEqual([2, expect.stringContaining("PUBLIC_URL is http://plain")]);
  expect([WEBHOOKS, profile].map(read)).toEqual(before);
  expect(() => read(".env")).toThrow("ENOENT");
  const local = await run({}, "--public-url", "http://localhost:3000");
  expect(local).toMatchObject({ status: 0, stderr: "" });
  expect(read(profile)).toBe(before[1]);
  const args = ["setup", "--project", "nowhere", "--public-url", "http://plain.example.com"];
  expect(await runCommand(folder, {}, args)).toMatchObject({ status: 0 });
});

test("values that the service would refuse are refused at once, all of them, and nothing is written", async () => {
  const flags = ["--public-url", "nowhere", "--portal-id", "x", "--project", "nowhere"];
  const { status, stderr } = await runCommand(folder, {}, ["setup", ...flags]);
  expect(status).toBe(2);
  expect(stderr).toContain("PUBLIC_URL must be an http or https URL");
  expect(stderr).toContain("HUBSPOT_PORTAL_ID must be digits only");
  expect(() => read(".env")).toThrow("ENOENT");
});
