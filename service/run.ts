import type { Config, Role } from "../config/config.ts";
import { ConfigError } from "../config/config.ts";
import { type Context, createContext } from "../src/context.ts";
import { getAccount } from "../src/hubspot/account.ts";
import { loggable } from "../src/log.ts";
import { hasEmbeddedBinaries } from "../src/store/embedded-binaries.ts";
import { lockDataDir } from "../src/store/embedded-lock.ts";
import { forgetFeatures } from "../src/store/portal-features.ts";
import { findPortal, savePortal } from "../src/store/portals.ts";
import { warnOfRedis } from "./redis-policy.ts";
import { readStarterScores } from "./starter-scores.ts";
import { plainPage } from "./status-page.ts";
import { startWeb, type WebOptions } from "./web.ts";
import { startWorker } from "./worker.ts";

/** What is missing for a way to accounts: one by its static token, or any number that install by OAuth. */
function accountFaults({ hubspot, secretKeys }: Config): string[] {
  if (hubspot.single) return [];
  if (hubspot.clientId === undefined)
    return [
      "HUBSPOT_ACCESS_TOKEN and HUBSPOT_PORTAL_ID are missing: set the token and the id of your HubSpot account, or HUBSPOT_CLIENT_ID and SECRET_KEY to let accounts install the app",
    ];
  const faults: string[] = [];
  if (secretKeys.length === 0)
    faults.push(
      "SECRET_KEY is missing: accounts that install the app need it, to keep their tokens (`openssl rand -base64 32`)",
    );
  if (hubspot.clientSecrets.length === 0)
    faults.push("HUBSPOT_CLIENT_SECRET is missing: accounts that install the app need it");
  return faults;
}

/** What the service needs beyond what every command needs. */
function serviceFaults(config: Config, role: Role): string[] {
  const faults: string[] = [];
  if (!config.databaseUrl && !hasEmbeddedBinaries()) {
    faults.push(
      "DATABASE_URL is missing: set it to a postgres:// URL, since no embedded PostgreSQL is installed here",
    );
  }
  faults.push(...accountFaults(config));
  const isForOAuth = !config.hubspot.single && config.hubspot.clientId !== undefined;
  if (role !== "worker" && !isForOAuth && config.hubspot.clientSecrets.length === 0) {
    faults.push(
      "HUBSPOT_CLIENT_SECRET is missing: set your app's client secret, which signs the notifications",
    );
  }
  return faults;
}

/** Adds the account of single-account mode, with HubSpot's word on its time zone where it can be had. */
async function registerAccount(context: Context): Promise<void> {
  const portal = context.config.hubspot.single?.portal;
  if (portal === undefined) return;
  const known = await findPortal(context.db, portal);
  await savePortal(context.db, portal, known?.timeZone ?? "UTC");
  // The token may have got other scopes since the last start.
  await forgetFeatures(context.db, portal);
  try {
    const account = await getAccount(context.clients.clientFor(portal));
    if (account.portalId !== portal) {
      throw new ConfigError([
        `HUBSPOT_PORTAL_ID is ${portal}, but the access token belongs to account ${account.portalId}`,
      ]);
    }
    await savePortal(context.db, portal, account.timeZone);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    context.log.warn(
      { portal, error: loggable(error) },
      "the account's details could not be read; its known time zone stands",
    );
  }
}

export type Service = AsyncDisposable & { readonly context: Context; readonly port: number };

/**
 * Starts the service in this role.
 * @throws ConfigError where the environment lacks what the role needs.
 */
export async function startService(
  config: Config,
  role: Role,
  web: (context: Context) => Pick<WebOptions, "host" | "statusPage"> = () => ({ statusPage: plainPage() }),
): Promise<Service> {
  const faults = serviceFaults(config, role);
  if (faults.length > 0) throw new ConfigError(faults);
  const starters = await readStarterScores(config.installScores);
  await using stack = new AsyncDisposableStack();
  if (!config.databaseUrl) stack.use(lockDataDir(config.dataDir, role));
  const context = stack.use(await createContext(config, { applicationName: `scorekeeper ${role}` }));
  await warnOfRedis(context);
  await registerAccount(context);
  if (role !== "web") stack.use(await startWorker(context, starters));
  const server = stack.use(await startWeb(context, { role, port: config.port, ...web(context) }));
  context.log.info({ role, port: server.port, queue: context.queue.kind }, "started");
  const opened = stack.move();
  return { context, port: server.port, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
