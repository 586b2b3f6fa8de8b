import type { Command } from "commander";
import { loadConfig } from "../config/config.ts";
import { readEnv } from "../config/env.ts";
import { type Context, createContext } from "../src/context.ts";
import { getAccount } from "../src/hubspot/account.ts";
import { createLog } from "../src/log.ts";
import { findPortal, listPortals, savePortal } from "../src/store/portals.ts";
import { explainRefusal } from "./missing-scopes.ts";

/** Input that a command cannot use: its message is shown and the exit status is 2. */
export class InputError extends Error {
  override name = "InputError";
}

export type GlobalOptions = { readonly portal?: string; readonly json?: boolean };

/** A command's way to the service's data: the context and the portal it is about. */
export type Session = { readonly context: Context; readonly portal: string; readonly json: boolean };

const CLOSE_MS = 3_000;

async function registerSinglePortal(context: Context, portal: string): Promise<void> {
  if (await findPortal(context.db, portal)) return;
  const account = await getAccount(context.clients.clientFor(portal)).catch(() => undefined);
  await savePortal(context.db, portal, account?.timeZone ?? "UTC");
}

async function choosePortal(context: Context, asked: string | undefined): Promise<string> {
  const single = context.config.hubspot.single?.portal;
  if (single !== undefined) await registerSinglePortal(context, single);
  const portals = await listPortals(context.db);
  const connected = portals.filter(({ status }) => status !== "uninstalled");
  const only = connected.length === 1 ? connected[0]?.portal : undefined;
  const chosen = asked ?? single ?? only;
  if (chosen === undefined) {
    const known = connected.map(({ portal }) => portal).join(", ");
    throw new InputError(
      known === ""
        ? `no portal is connected: set HUBSPOT_ACCESS_TOKEN and HUBSPOT_PORTAL_ID, or install the app at ${context.config.publicUrl}/oauth/install`
        : `several portals are connected (${known}): name one with --portal`,
    );
  }
  if (!(await findPortal(context.db, chosen))) throw new InputError(`portal ${chosen} is not connected`);
  return chosen;
}

/** Runs a command's work with a context that is closed afterwards. */
export async function withContext<T>(work: (context: Context) => Promise<T>): Promise<T> {
  const config = loadConfig(readEnv());
  const log = createLog(config.logLevel === "info" ? "error" : config.logLevel);
  await using context = await createContext(config, {
    applicationName: "scorekeeper cli",
    log,
    closeMs: CLOSE_MS,
  });
  return await work(context);
}

/** Runs a command's work for the portal that its options name, or the only one there is. */
export function withSession(command: Command, work: (session: Session) => Promise<void>): Promise<void> {
  const { portal: asked, json = false } = command.optsWithGlobals<GlobalOptions>();
  return withContext(async (context) => {
    const portal = await choosePortal(context, asked);
    try {
      await work({ context, portal, json });
    } catch (error) {
      throw await explainRefusal(context, portal, error);
    }
  });
}
