import type { Command } from "commander";
import type { Context } from "../src/context.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../src/hubspot/scopes.ts";
import { sourcesInUse } from "../src/scores/sources-in-use.ts";
import { loadEventSources } from "../src/store/event-sources.ts";
import { listFeatures } from "../src/store/portal-features.ts";
import { grantedScopes } from "../src/store/portal-tokens.ts";
import { describePortals, findPortal, type PortalLine, switchPortal } from "../src/store/portals.ts";
import { addApiKeyCommands } from "./api-key-commands.ts";
import { printJson, printTable } from "./output.ts";
import { type GlobalOptions, InputError, withContext } from "./session.ts";

function connectionOf(context: Context, line: PortalLine): string {
  if (context.config.hubspot.single?.portal === line.portal) return "token";
  return line.hasTokens ? "OAuth" : "none";
}

function stateOf({ status, isSettingUp, setUpError }: PortalLine): string {
  if (status !== "active" || !isSettingUp) return status;
  return setUpError === null ? "being set up" : `being set up: ${setUpError}`;
}

/** What people should know of each portal; where something is refused, the way to consent anew. */
async function portalRows(context: Context) {
  const { db, config, oauth } = context;
  const scopes = await grantedScopes(db);
  const rows = [];
  for (const line of await describePortals(db)) {
    const off = (await listFeatures(db, line.portal)).filter((feature) => feature.isOff);
    const granted = scopes.get(line.portal);
    const missing = granted
      ? [...REQUIRED_SCOPES, ...OPTIONAL_SCOPES].filter((scope) => !granted.includes(scope))
      : [];
    const wantsConsent = line.status === "uninstalled" || missing.length > 0;
    rows.push({
      ...{ portal: line.portal, status: line.status, state: stateOf(line), timeZone: line.timeZone },
      ...{ connection: connectionOf(context, line), reason: line.reason },
      off: off.map(({ feature, reason }) => ({ feature, reason })),
      missingScopes: missing,
      sources: Object.fromEntries([
        ...(await loadEventSources(db, line.portal)),
        ...(await sourcesInUse(db, line.portal)),
      ]),
      ...(oauth && wantsConsent && { consentUrl: `${config.publicUrl}/oauth/install?portal=${line.portal}` }),
    });
  }
  return rows;
}

async function list(context: Context, json: boolean): Promise<void> {
  const rows = await portalRows(context);
  if (json) return rows.forEach(printJson);
  printTable(
    ["PORTAL", "STATE", "CONNECTION", "TIME ZONE", ""],
    rows.map((row) => [row.portal, row.state, row.connection, row.timeZone, row.reason ?? ""]),
  );
  for (const { portal, off, consentUrl } of rows) {
    for (const { feature, reason } of off) console.log(`${portal}: ${feature} are off: ${reason}`);
    if (consentUrl !== undefined && off.length > 0)
      console.log(`${portal}: to consent anew, once the account has what is missing: ${consentUrl}`);
  }
}

async function switchTo(
  context: Context,
  portal: string,
  to: "paused" | "active",
  json: boolean,
): Promise<void> {
  const found = await findPortal(context.db, portal);
  if (!found) throw new InputError(`portal ${portal} is not connected`);
  if (found.status !== to && !(await switchPortal(context.db, portal, to)))
    throw new InputError(`portal ${portal} is ${found.status}: install the app there again`);
  if (json) printJson({ portal, status: to });
  else console.log(`portal ${portal} is ${to}`);
}

/** Adds `portal …` to the command line. */
export function addPortalCommands(program: Command): void {
  const portal = program.command("portal").description("the connected HubSpot accounts");
  const isJson = (command: Command) => command.optsWithGlobals<GlobalOptions>().json ?? false;
  portal
    .command("list")
    .description("every portal: state, connection, what HubSpot refuses it and how to consent anew")
    .action((_options, command: Command) => withContext((context) => list(context, isJson(command))));
  portal
    .command("pause <id>")
    .description("call HubSpot for this portal no more; deliveries are kept until it is resumed")
    .action((id: string, _options, command: Command) =>
      withContext((context) => switchTo(context, id, "paused", isJson(command))),
    );
  portal
    .command("resume <id>")
    .description("take a paused portal up again")
    .action((id: string, _options, command: Command) =>
      withContext((context) => switchTo(context, id, "active", isJson(command))),
    );
  addApiKeyCommands(portal);
}
