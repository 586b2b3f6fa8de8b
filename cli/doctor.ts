import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { type Env, readEnv } from "../config/env.ts";
import type { HubSpotClient } from "../src/hubspot/client.ts";
import type { Database } from "../src/store/database.ts";
import { listPortals, type Portal } from "../src/store/portals.ts";
import { checkFeatures, checkInstalled } from "./doctor-accounts.ts";
import { type Finding, guarded, warning } from "./doctor-finding.ts";
import { checkAccount, checkClock, checkScores, createPlainClient } from "./doctor-hubspot.ts";
import { checkBacklog, checkFailures, checkPortals } from "./doctor-portals.ts";
import { checkEnvironment, checkNode, checkPublicUrl } from "./doctor-settings.ts";
import { checkSources } from "./doctor-sources.ts";
import { checkDatabase, checkQueue } from "./doctor-stores.ts";
import { printJson } from "./output.ts";
import type { GlobalOptions } from "./session.ts";

const LOOK_AT_DATABASE = "see the database's line above";

async function* examineHubSpot(config: Config, client: HubSpotClient | undefined): AsyncGenerator<Finding> {
  const { single } = config.hubspot;
  if (client && single) yield await checkAccount(config, client, single.portal);
  yield await checkClock(config);
}

/** An account that installed the app has a token of its own; that of single-account mode was looked at before. */
async function* examineAccount(
  config: Config,
  db: Database,
  portal: Portal,
  client: HubSpotClient | undefined,
): AsyncGenerator<Finding> {
  if (portal.portal === config.hubspot.single?.portal) return yield* examinePortal(db, portal, client);
  if (portal.status === "uninstalled") return;
  const installed = await checkInstalled(config, db, portal.portal);
  yield* installed.findings;
  yield* examinePortal(db, portal, installed.client);
}

async function* examinePortal(
  db: Database,
  known: Portal,
  client: HubSpotClient | undefined,
): AsyncGenerator<Finding> {
  const { portal } = known;
  yield* await guarded("features", LOOK_AT_DATABASE, () => checkFeatures(db, known));
  yield* await guarded("events", LOOK_AT_DATABASE, () => checkSources(db, portal));
  if (client) yield* await guarded("scores", LOOK_AT_DATABASE, () => checkScores(db, portal, client));
  yield* await guarded("backlog", LOOK_AT_DATABASE, async () => [await checkBacklog(db, portal)]);
  yield* await guarded("failures", LOOK_AT_DATABASE, () => checkFailures(db, portal));
}

async function* examinePortals(
  config: Config,
  db: Database | undefined,
  client: HubSpotClient | undefined,
): AsyncGenerator<Finding> {
  if (!db) return yield warning("portals", "not looked at: the database cannot be used");
  let portals: readonly Portal[] = [];
  yield* await guarded("portals", LOOK_AT_DATABASE, async () => {
    portals = await listPortals(db);
    return checkPortals(portals);
  });
  for (const portal of portals) yield* examineAccount(config, db, portal, client);
}

/** Checks one thing after the other; one that fails does not end the rest. */
async function* examine(env: Env): AsyncGenerator<Finding> {
  yield checkNode(process.version);
  const { config, findings } = checkEnvironment(env);
  yield* findings;
  if (!config) return yield warning("rest", "not looked at: it needs a usable environment");
  yield checkPublicUrl(config);
  await using store = await checkDatabase(config);
  yield* store.findings;
  yield* await guarded("queue", "check REDIS_URL, and that the server runs", () => checkQueue(config));
  const { single } = config.hubspot;
  const client = single && createPlainClient(config, single.token);
  yield* examineHubSpot(config, client);
  yield* examinePortals(config, store.db, client);
}

const SIGNS = { ok: "✓", warning: "!", fault: "✗" } as const;

function printFinding({ check, status, text, cure }: Finding): void {
  console.log(`${SIGNS[status]} ${check}: ${text}${cure === undefined ? "" : ` — ${cure}`}`);
}

/** Adds `doctor` to the command line. */
export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "check the installation: a line for each thing, with the cure where it is not as it should be",
    )
    .action(async (_options, command: Command) => {
      const { json = false } = command.optsWithGlobals<GlobalOptions>();
      for await (const finding of examine(readEnv())) {
        if (json) printJson(finding);
        else printFinding(finding);
        if (finding.status === "fault") process.exitCode = 1;
      }
    });
}
