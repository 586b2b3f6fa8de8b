import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { PortalOptions } from "../../emulator/start-emulator.ts";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import { runCommand } from "../cli/installation.ts";
import { newKey, type OAuthAccount, startOAuthAccount } from "../portals/oauth-account.ts";
import { openBrowser, type Shown } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type Env, type ServiceProcess, startService } from "./service-process.ts";

const SHOWN_MS = 40_000;

/** The service in a process of its own, with emulated accounts that may install it. */
export type AppInstallation = AsyncDisposable & {
  readonly account: OAuthAccount;
  readonly service: ServiceProcess;
  readonly database: TestDatabase;
  readonly env: Env;
  /** Installs the app as a portal's admin: from the emulator's page over the consent to the service's answer. */
  install(portal: number): Promise<Shown>;
  /** Presses *Uninstall* on the emulator's page. */
  uninstall(portal: number): Promise<void>;
  /** Runs the command line and returns its JSON lines. */
  lines(...args: readonly string[]): Promise<{ [name: string]: unknown }[]>;
  /** What a contact of a portal shows of a property. */
  held(portal: number, contact: string, property: string): string | null | undefined;
  untilHeld(portal: number, contact: string, property: string, value: string | undefined): Promise<void>;
  /** Waits until the portal's back-fills have ended and nothing waits. */
  untilQuiet(portal: number): Promise<void>;
};

type Options = {
  readonly portals: readonly (PortalOptions & { readonly portalId: number })[];
  /** Scores that a newly installed account gets. */
  readonly scores: readonly ScoreDefinition[];
  readonly env?: Env;
};

const WAITING = `select (select count(*) from backfill_runs where portal_id = $1 and state in ('reading', 'scoring'))
  + (select count(*) from dirty_marks where portal_id = $1) + (select count(*) from pending_writes where portal_id = $1 and pending)
  + (select count(*) from portals where portal_id = $1 and setup_due_at is not null) as waiting`;

/** Starts emulated accounts, a database and the service, set up for installation by OAuth. */
export async function startAppInstallation(options: Options): Promise<AppInstallation> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-scores-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  for (const definition of options.scores)
    writeFileSync(join(folder, `${definition.property.name}.json`), JSON.stringify(definition));
  const database = stack.use(await createTestDatabase());
  const [first, ...portals] = options.portals;
  const account = stack.use(await startOAuthAccount({ ...first, portals, burst: 0 }));
  const { url } = account.emulator;
  const env = {
    ...{
      DATABASE_URL: database.url,
      HUBSPOT_API_URL: url,
      HUBSPOT_APP_URL: url,
      CLOCK_URL: `${url}/__clock`,
    },
    ...{ HUBSPOT_CLIENT_ID: account.app.clientId, HUBSPOT_CLIENT_SECRET: account.app.clientSecret },
    ...{ SECRET_KEY: newKey(), INSTALL_SCORES: folder, ...options.env },
  };
  const service = stack.use(await startService(env));
  await account.control("/__app", { installUrl: `${service.url}/oauth/install` });
  const browser = openBrowser();
  const held: AppInstallation["held"] = (portal, contact, property) =>
    account.emulator.sites
      .byId(String(portal))
      ?.portal.records.tables.get("0-1")
      ?.byId.get(contact)
      ?.properties.get(property);
  const opened = stack.move();
  return {
    ...{ account, service, database, env, held },
    async install(portal) {
      const apps = await browser.open(`${url}/app`);
      const consent = await browser.follow(apps, `install?portal=${portal}`);
      return browser.press(consent, "decision=grant");
    },
    async uninstall(portal) {
      await account.control(`/app/uninstall?portal=${portal}`);
    },
    async lines(...args) {
      const { status, stdout, stderr } = await runCommand(
        folder,
        { ...env, PUBLIC_URL: service.url, LOG_LEVEL: "silent" },
        [...args, "--json"],
      );
      if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}${stdout}`);
      return stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    },
    untilHeld: (portal, contact, property, value) =>
      vi.waitFor(
        () => {
          const found = held(portal, contact, property);
          if (found !== value) throw new Error(`${property} of ${portal}/${contact} is ${found}`);
        },
        { timeout: SHOWN_MS, interval: 50 },
      ),
    untilQuiet: (portal) =>
      vi.waitFor(
        async () => {
          const [row] = await database.db.query<{ waiting: string }>(WAITING, [String(portal)]);
          if (row?.waiting !== "0") throw new Error(`${row?.waiting} things wait`);
        },
        { timeout: SHOWN_MS, interval: 100 },
      ),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
