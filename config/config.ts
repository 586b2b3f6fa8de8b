import type { Env } from "./env.ts";
import { type Settings, VARIABLES } from "./variables.ts";

export type Role = "all" | "web" | "worker";

export type Config = {
  readonly port: number;
  readonly publicUrl: string;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly redisUrl: string | undefined;
  readonly hubspot: {
    readonly apiUrl: string;
    readonly appUrl: string;
    readonly apiVersion: string;
    readonly appId: string | undefined;
    readonly clientId: string | undefined;
    readonly clientSecrets: readonly string[];
    readonly single: { readonly portal: string; readonly token: string } | undefined;
  };
  readonly reconcile: {
    /** Percent of an account's calls, at most. */
    readonly share: number;
    readonly drift: "repair" | "report";
  };
  /** Folder of the scores that a newly installed account gets. */
  readonly installScores: string | undefined;
  readonly uninstallData: "keep" | "erase";
  readonly secretKeys: readonly string[];
  readonly metricsToken: string | undefined;
  readonly clockUrl: string | undefined;
  readonly logLevel: string;
};

/** A wrong environment: every fault at once, each with the variable's name and the cure. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The environment is not usable:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

const HUBSPOT_HOST = /(^|\.)(hubapi|hubspot)\.com$/;

function readSettings(env: Env): { settings: Settings; faults: string[] } {
  const faults: string[] = [];
  const entries = Object.entries(VARIABLES).map(([name, { schema }]) => {
    const text = env[name];
    const result = schema.safeParse(text === "" ? undefined : text);
    if (!result.success) faults.push(...result.error.issues.map((issue) => `${name} ${issue.message}`));
    return [name, result.data];
  });
  return { settings: Object.fromEntries(entries), faults };
}

/** Faults between variables; one that has a fault of its own still counts as set. */
function crossFaults(env: Env, settings: Settings): string[] {
  const faults: string[] = [];
  const { HUBSPOT_ACCESS_TOKEN: token, HUBSPOT_PORTAL_ID: portal } = env;
  if (token && !portal)
    faults.push("HUBSPOT_PORTAL_ID is missing: single-account mode needs it beside HUBSPOT_ACCESS_TOKEN");
  if (portal && !token)
    faults.push("HUBSPOT_ACCESS_TOKEN is missing: single-account mode needs it beside HUBSPOT_PORTAL_ID");
  if (
    settings.CLOCK_URL &&
    settings.HUBSPOT_API_URL &&
    HUBSPOT_HOST.test(new URL(settings.HUBSPOT_API_URL).hostname)
  ) {
    faults.push(
      "CLOCK_URL is refused against HubSpot itself: unset it, or set HUBSPOT_API_URL to an emulator",
    );
  }
  return faults;
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, "");

/**
 * The checked configuration of the service.
 * @throws ConfigError listing all faults at once.
 */
export function loadConfig(env: Env): Config {
  const { settings, faults } = readSettings(env);
  faults.push(...crossFaults(env, settings));
  if (faults.length > 0) throw new ConfigError(faults);
  const { HUBSPOT_ACCESS_TOKEN: token, HUBSPOT_PORTAL_ID: portal } = settings;
  return {
    port: settings.PORT,
    publicUrl: withoutSlash(settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`),
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR,
    redisUrl: settings.REDIS_URL,
    hubspot: {
      apiUrl: withoutSlash(settings.HUBSPOT_API_URL),
      appUrl: withoutSlash(settings.HUBSPOT_APP_URL),
      apiVersion: settings.HUBSPOT_API_VERSION,
      appId: settings.HUBSPOT_APP_ID,
      clientId: settings.HUBSPOT_CLIENT_ID,
      clientSecrets: settings.HUBSPOT_CLIENT_SECRET ?? [],
      single: token && portal ? { token, portal } : undefined,
    },
    reconcile: { share: settings.RECONCILE_SHARE, drift: settings.RECONCILE_DRIFT },
    installScores: settings.INSTALL_SCORES,
    uninstallData: settings.UNINSTALL_DATA,
    secretKeys: settings.SECRET_KEY ?? [],
    metricsToken: settings.METRICS_TOKEN,
    clockUrl: settings.CLOCK_URL,
    logLevel: settings.LOG_LEVEL,
  };
}

const SECRETS = /TOKEN|SECRET|KEY$/;

const MASK = "********";

/** The value with what may be a password hidden: in front of the host, and in the query. */
function maskUrl(value: string): string {
  const hidden = value.replace(/:\/\/([^:@/]*):.*@/, `://$1:${MASK}@`);
  return hidden.replace(/([?&][^=&]*(?:password|secret|token|key)[^=&]*=)[^&]*/gi, `$1${MASK}`);
}

/** The environment as read, secrets masked and passwords in URLs hidden, one `NAME=value` a line. */
export function printableConfig(env: Env): string {
  const lines = Object.keys(VARIABLES).map((name) => {
    const value = env[name] ?? "";
    const shown = SECRETS.test(name) && value !== "" ? MASK : maskUrl(value);
    return `${name}=${shown}`;
  });
  return lines.join("\n");
}
