import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../config/config.ts";
import { type Env, readEnv } from "../config/env.ts";
import { printJson } from "./output.ts";
import { type GlobalOptions, InputError } from "./session.ts";
import { completeValues, type EnvChange, type EnvValues, mergeEnv } from "./setup-env.ts";
import { completeProfile, type Profile, type ProjectFile, readProjectFile } from "./setup-profile.ts";
import { askForValues } from "./setup-questions.ts";
import { readWantedSubscriptions } from "./setup-subscriptions.ts";
import {
  MOST_SUBSCRIPTIONS,
  subscribeTo,
  type WebhooksChange,
  webhooksFileSchema,
} from "./setup-webhooks.ts";

const ENV_FILE = ".env";
const PROJECT = join(import.meta.dirname, "../hubspot-app");
const WEBHOOKS = "src/app/webhooks/webhooks-hsmeta.json";

/** Flags that give a variable of the environment. */
const VARIABLE_OF = {
  publicUrl: "PUBLIC_URL",
  appId: "HUBSPOT_APP_ID",
  clientId: "HUBSPOT_CLIENT_ID",
  clientSecret: "HUBSPOT_CLIENT_SECRET",
  accessToken: "HUBSPOT_ACCESS_TOKEN",
  portalId: "HUBSPOT_PORTAL_ID",
  databaseUrl: "DATABASE_URL",
  redisUrl: "REDIS_URL",
} as const;

type Options = { readonly [flag in keyof typeof VARIABLE_OF]?: string } & {
  readonly project: string;
  readonly profile: string;
  readonly accountId?: string;
  readonly supportEmail?: string;
  readonly dryRun: boolean;
};

type Webhooks = WebhooksChange | { readonly unknown: string };

/** Everything that setup is about to write. */
type Plan = {
  readonly env: EnvChange;
  readonly project: { readonly profile: ProjectFile<Profile>; readonly webhooks: Webhooks } | undefined;
};

function valuesIn(options: Options): EnvValues {
  const given = Object.entries(VARIABLE_OF).map(([flag, name]) => [
    name,
    options[flag as keyof typeof VARIABLE_OF],
  ]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function isAnyGiven(options: Options): boolean {
  return Object.keys(valuesIn(options)).length > 0 || options.accountId !== undefined || options.dryRun;
}

async function givenValues(options: Options, env: Env): Promise<EnvValues> {
  if (isAnyGiven(options) || !process.stdin.isTTY) return valuesIn(options);
  return askForValues(env);
}

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The address for a profile: HubSpot calls https addresses alone, so one of this machine is left out of it.
 * @throws InputError for any other address that is not https.
 */
function addressForHubSpot(env: Env, profile: string): string | undefined {
  const url = env["PUBLIC_URL"]?.replace(/\/+$/, "");
  if (!url || url.startsWith("https://")) return url || undefined;
  if (LOCAL.has(new URL(url).hostname)) return undefined;
  throw new InputError(
    `PUBLIC_URL is ${url}, but HubSpot calls https addresses alone, so profile "${profile}" cannot have it: give the service's https address with --public-url; nothing was written`,
  );
}

async function planWebhooks(project: string, env: Env): Promise<Webhooks> {
  const file = readProjectFile(join(project, WEBHOOKS), webhooksFileSchema);
  const subscriptions = await readWantedSubscriptions(loadConfig(env));
  if ("unknown" in subscriptions) return subscriptions;
  const change = subscribeTo(file, subscriptions.wanted);
  const all = change.file.config.subscriptions.crmObjects.length;
  if (all > MOST_SUBSCRIPTIONS)
    throw new InputError(`${all} subscriptions: HubSpot takes ${MOST_SUBSCRIPTIONS} of an app at most`);
  return change;
}

async function planProject(options: Options, env: Env): Promise<Plan["project"]> {
  const { project, profile: name, accountId, supportEmail } = options;
  if (!existsSync(project)) return undefined;
  const values = { accountId, supportEmail, publicUrl: addressForHubSpot(env, name) };
  return { profile: completeProfile(project, name, values), webhooks: await planWebhooks(project, env) };
}

function writeJson(path: string, content: unknown): void {
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

function carryOut({ env, project }: Plan, options: Options): void {
  writeFileSync(ENV_FILE, env.text, { mode: 0o600 });
  chmodSync(ENV_FILE, 0o600);
  if (!project) return;
  writeJson(project.profile.path, project.profile.content);
  if ("file" in project.webhooks) writeJson(join(options.project, WEBHOOKS), project.webhooks.file);
}

function describe({ env, project }: Plan) {
  const { added, replaced } = env;
  const told = { env: { added, replaced } };
  if (!project) return { ...told, project: null };
  const { profile, webhooks } = project;
  if ("unknown" in webhooks) return { ...told, profile, webhooks };
  const { file: _, ...counts } = webhooks;
  return { ...told, profile, webhooks: counts };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}

function linesOf({ env, project }: Plan): string[] {
  const lines = [`${ENV_FILE}: added ${listed(env.added)}; replaced ${listed(env.replaced)}`];
  if (!project) return [...lines, "hubspot-app: not here, left alone"];
  const { profile, webhooks } = project;
  const { accountId, variables } = profile.content;
  lines.push(`${profile.path}: account ${accountId}, PUBLIC_URL ${variables["PUBLIC_URL"] ?? "not set"}`);
  if ("unknown" in webhooks)
    return [...lines, `${WEBHOOKS}: left as it is (${webhooks.unknown}); run setup again after publishing`];
  const { active, added, activated, deactivated, unfollowed } = webhooks;
  lines.push(
    `${WEBHOOKS}: ${active} active; ${added} new, ${activated} on again, ${deactivated} switched off`,
  );
  if (unfollowed.length > 0)
    lines.push(`HubSpot notifies no app of ${unfollowed.join(", ")}: the reconciler follows them`);
  return lines;
}

async function setUp(options: Options, json: boolean): Promise<void> {
  const env = readEnv();
  const values = completeValues(await givenValues(options, env), env);
  const held = existsSync(ENV_FILE) ? readFileSync(ENV_FILE, "utf8") : "";
  const plan = { env: mergeEnv(held, values), project: await planProject(options, { ...env, ...values }) };
  if (!options.dryRun) carryOut(plan, options);
  if (json) return printJson({ ...describe(plan), dryRun: options.dryRun });
  for (const line of linesOf(plan)) console.log(options.dryRun ? `would write ${line}` : line);
}

/** Adds `setup` to the command line. */
export function addSetupCommand(program: Command): void {
  program
    .command("setup")
    .description("write .env, and the variables and webhook subscriptions of the project in hubspot-app")
    .option("--public-url <url>", "the https address that leads to the service")
    .option("--app-id <id>", "the app's id")
    .option("--client-id <id>", "the app's client id")
    .option("--client-secret <secret>", "the app's client secret")
    .option("--access-token <token>", "single-account mode: the app's static token")
    .option("--portal-id <id>", "single-account mode: the account's id")
    .option("--database-url <url>", "PostgreSQL")
    .option("--redis-url <url>", "Redis or Valkey")
    .option("--project <folder>", "the developer-platform project", PROJECT)
    .option("--profile <name>", "which of the project's profiles to write", "production")
    .option("--account-id <id>", "the HubSpot account that the profile goes to")
    .option("--support-email <address>", "shown to whoever installs the app")
    .option("--dry-run", "write nothing, say what would be", false)
    .action((options: Options, command: Command) => {
      const { json = false } = command.optsWithGlobals<GlobalOptions>();
      return setUp(options, json);
    });
}
