import { expect, test, vi } from "vitest";
import { type Config, loadConfig } from "../../config/config.ts";
import { getAccount } from "../../src/hubspot/account.ts";
import { getProperty } from "../../src/hubspot/properties.ts";
import { createPortalClients } from "../../src/portal-clients.ts";
import { installPortal, type OAuth, tokensOf } from "../../src/portals/install.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { createKeyRing } from "../../src/store/key-ring.ts";
import { findPortal, switchPortal } from "../../src/store/portals.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { newKey, type OAuthAccount, startOAuthAccount } from "./oauth-account.ts";

type Process = {
  readonly clientFor: (portal: string) => ReturnType<ReturnType<typeof createPortalClients>["clientFor"]>;
  readonly ended: string[];
};

/** What one process of the service calls HubSpot with. */
function openProcess(oauth: OAuth, db: Database): Process {
  const ended: string[] = [];
  const config: Config["hubspot"] = { ...loadConfig({}).hubspot, apiUrl: oauth.app.apiUrl };
  const { clientFor } = createPortalClients({
    ...{ config, db, clock: { now: () => Date.now() }, onCall: () => undefined, onBreaker: () => undefined },
    oauthTokens: tokensOf(oauth, db, (portal) => void ended.push(portal)),
  });
  return { clientFor, ended };
}

async function open(account: OAuthAccount) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const { db } = database;
  const oauth = { app: account.app, keys: createKeyRing([newKey()]) };
  const install = async () => installPortal(oauth, db, await account.consent(101));
  const opened = stack.move();
  const another = () => openProcess(oauth, opened.use(openDatabase({ url: database.url, max: 8 })));
  return {
    ...{ db, oauth, install, another, process: openProcess(oauth, db) },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes what is stored this much older, by the database's clock. */
async function age(db: Database, ms: number): Promise<void> {
  await db.query(
    `update portal_tokens set issued_at = issued_at - $1 * interval '1 millisecond',
       expires_at = expires_at - $1 * interval '1 millisecond', refused_at = refused_at - $1 * interval '1 millisecond'`,
    [ms],
  );
}

const call = (process: Process) => getAccount(process.clientFor("101"));

test("an installed account is called with its tokens, which are stored sealed for it alone", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  expect(await service.install()).toEqual({ ok: true, portal: "101", isNew: true });
  expect(await call(service.process)).toMatchObject({ portalId: "101" });
  const [row] = await service.db.query<{ access: Buffer; refresh: Buffer }>(
    "select access_token as access, refresh_token as refresh from portal_tokens",
  );
  const [token = "", refresh = ""] = [
    ...(account.emulator.sites.all[0]?.tokens.grants.keys() ?? []),
    ...(account.emulator.sites.all[0]?.tokens.refreshTokens.keys() ?? []),
  ];
  expect(row?.access.includes(token)).toBe(false);
  expect(row?.refresh.includes(refresh)).toBe(false);
});

test("a paused portal is not called until it is resumed", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  await service.install();
  const read = (process: Process) => getProperty(process.clientFor("101"), "contact", "email");
  expect(await read(service.process)).toMatchObject({ name: "email" });
  expect(await switchPortal(service.db, "101", "paused")).toBe(true);
  const before = account.callsOf(101).length;
  await expect(read(service.another())).rejects.toMatchObject({ code: "PAUSED", retry: "later" });
  expect(account.callsOf(101)).toHaveLength(before);
  await switchPortal(service.db, "101", "active");
  expect(await read(service.another())).toMatchObject({ name: "email" });
});

test("T56 fifty calls in two processes find the token expired: one refresh, no 401, no token lost", async () => {
  await using account = await startOAuthAccount();
  await account.control("/__app", { rotatesRefreshTokens: true });
  await using service = await open(account);
  await service.install();
  await age(service.db, 1_700_000);
  const [first, second] = [service.another(), service.another()];
  const calls = Array.from({ length: 50 }, (_, index) => call(index % 2 === 0 ? first : second));
  expect(await Promise.all(calls)).toHaveLength(50);
  expect(account.tokenCalls()).toEqual([200, 200]);
  expect(account.callsOf(101).filter(({ status }) => status !== 200)).toEqual([]);
  await age(service.db, 1_700_000);
  await call(service.another());
  expect(account.tokenCalls()).toEqual([200, 200, 200]);
});

test("T56 a token that HubSpot ends early is replaced once for all who notice", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  await service.install();
  const other = service.another();
  await Promise.all([call(service.process), call(other)]);
  await account.control("/__expire");
  await age(service.db, 5_000);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => call(index % 2 === 0 ? service.process : other)),
  );
  expect(account.tokenCalls()).toEqual([200, 200]);
});

test("T57 a refresh answered with 500 leaves the grant; a token still good goes on, an ended one waits", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  await service.install();
  const fault = { path: "/oauth/2026-09/token", status: 500, times: 2 };
  await account.control("/__faults", fault);
  await age(service.db, 1_700_000);
  expect(await call(service.another())).toMatchObject({ portalId: "101" });
  await age(service.db, 200_000);
  await expect(call(service.another())).rejects.toMatchObject({ code: "SERVER_ERROR", retry: "later" });
  await vi.waitFor(() => call(service.another()), { timeout: 5_000, interval: 100 });
  expect(account.tokenCalls()).toEqual([200, 500, 500, 200]);
});

test("T57 one invalid_grant, as of a race, keeps the portal; a second one for the same token ends it", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  await service.install();
  const body = { error: "invalid_grant", error_description: "race", status: "BAD_REFRESH_TOKEN" };
  await account.control("/__faults", { path: "/oauth/2026-09/token", status: 400, body });
  await age(service.db, 1_900_000);
  await expect(call(service.process)).rejects.toMatchObject({ code: "UNAUTHORIZED", retry: "later" });
  await expect(call(service.process)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect(account.tokenCalls()).toEqual([200, 400]);
  await age(service.db, 3_000);
  expect(await call(service.process)).toMatchObject({ portalId: "101" });
  expect((await findPortal(service.db, "101"))?.status).toBe("active");

  await account.control("/__faults", { path: "/oauth/2026-09/token", status: 400, body, times: 2 });
  for (const waited of [1_900_000, 3_000]) {
    await age(service.db, waited);
    await expect(call(service.another())).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  }
  expect(await findPortal(service.db, "101")).toMatchObject({ status: "uninstalled" });
  expect(await service.db.query("select 1 from portal_tokens")).toEqual([]);
});

test("T57 a wrong client secret ends no connection", async () => {
  await using account = await startOAuthAccount();
  await using service = await open(account);
  await service.install();
  await account.control("/__app", { clientSecret: "another" });
  for (const waited of [1_900_000, 3_000, 3_000]) {
    await age(service.db, waited);
    await expect(call(service.another())).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  }
  expect((await findPortal(service.db, "101"))?.status).toBe("active");
});

test("T58 whatever the accounts' clock shows, tokens are renewed five minutes before their time is over", async () => {
  await using account = await startOAuthAccount({ clock: Date.now() - 600_000 });
  await using service = await open(account);
  await service.install();
  for (const minutes of [20, -40]) {
    await account.control("/__clock", { advanceMs: minutes * 60_000 });
    await call(service.another());
  }
  await age(service.db, 1_400_000);
  await call(service.another());
  expect(account.tokenCalls()).toEqual([200]);
  await age(service.db, 110_000);
  await call(service.another());
  expect(account.tokenCalls()).toEqual([200, 200]);
  expect(account.callsOf(101).every(({ status }) => status === 200)).toBe(true);
});

test("T58 the time of a held token passes by the process's monotonic clock", async () => {
  await using account = await startOAuthAccount();
  await account.control("/__app", { tokenSeconds: 8 });
  await using service = await open(account);
  await service.install();
  await call(service.process);
  const renewed = async (): Promise<void> => {
    await call(service.process);
    expect(account.tokenCalls()).toEqual([200, 200]);
  };
  await vi.waitFor(renewed, { timeout: 10_000, interval: 200 });
  expect(account.callsOf(101).every(({ status }) => status === 200)).toBe(true);
});
