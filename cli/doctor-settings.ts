import { type Config, ConfigError, loadConfig } from "../config/config.ts";
import type { Env } from "../config/env.ts";
import { type Finding, fault, ok, warning } from "./doctor-finding.ts";

const LEAST_NODE = 24;
const HUBSPOT_HOST = /(^|\.)(hubapi|hubspot)\.com$/;
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether the service is pointed at HubSpot itself, not at an emulator. */
export function isProduction(config: Config): boolean {
  return HUBSPOT_HOST.test(new URL(config.hubspot.apiUrl).hostname);
}

/** Checks the version of Node that runs this. */
export function checkNode(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
  if (major >= LEAST_NODE) return ok("node", `Node ${version}`);
  return fault(
    "node",
    `Node ${version} is too old`,
    `run it with Node ${LEAST_NODE} or newer (npm scripts use their own)`,
  );
}

function missingSettings({ hubspot, secretKeys }: Config): Finding[] {
  const found: Finding[] = [];
  if (!hubspot.single && hubspot.clientId === undefined)
    found.push(
      fault(
        "environment",
        "HUBSPOT_ACCESS_TOKEN and HUBSPOT_PORTAL_ID are missing",
        "set the app's token and the account's id, or HUBSPOT_CLIENT_ID and SECRET_KEY to let accounts install the app",
      ),
    );
  if (!hubspot.single && hubspot.clientId !== undefined && secretKeys.length === 0)
    found.push(
      fault("environment", "SECRET_KEY is missing", "set it to the output of `openssl rand -base64 32`"),
    );
  if (hubspot.clientSecrets.length === 0)
    found.push(
      fault(
        "environment",
        "HUBSPOT_CLIENT_SECRET is missing: no notification can be accepted",
        "set the app's client secret",
      ),
    );
  return found;
}

export type Settings = { readonly config: Config | undefined; readonly findings: readonly Finding[] };

/** Reads the environment: all its faults at once, and the configuration where it is usable. */
export function checkEnvironment(env: Env): Settings {
  try {
    const config = loadConfig(env);
    const missing = missingSettings(config);
    return {
      config,
      findings: missing.length > 0 ? missing : [ok("environment", "every variable is usable")],
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const cure = "correct it (`.env.example` shows every variable)";
    return { config: undefined, findings: error.faults.map((text) => fault("environment", text, cure)) };
  }
}

/** Checks whether HubSpot can call PUBLIC_URL: https, or anything with an emulator on this machine. */
export function checkPublicUrl(config: Config): Finding {
  const { protocol, hostname } = new URL(config.publicUrl);
  const check = "public url";
  if (protocol === "https:" && !LOCAL_HOST.test(hostname)) return ok(check, config.publicUrl);
  if (!isProduction(config)) return ok(check, `${config.publicUrl}, called by ${config.hubspot.apiUrl}`);
  if (LOCAL_HOST.test(hostname))
    return warning(
      check,
      `${config.publicUrl} is this machine: HubSpot cannot call it`,
      "set PUBLIC_URL to the https address of a tunnel or proxy, the same as in the app's settings",
    );
  return fault(
    check,
    `${config.publicUrl} is not https: HubSpot does not call it`,
    "set PUBLIC_URL to an https address",
  );
}
