import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig, printableConfig } from "../../config/config.ts";
import type { Env } from "../../config/env.ts";
import { VARIABLES } from "../../config/variables.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

function faultsOf(env: Env): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

test("without any variable the documented defaults hold", () => {
  expect(loadConfig({})).toEqual({
    port: 3000,
    publicUrl: "http://localhost:3000",
    databaseUrl: undefined,
    dataDir: ".data",
    redisUrl: undefined,
    hubspot: {
      apiUrl: "https://api.hubapi.com",
      appUrl: "https://app.hubspot.com",
      apiVersion: "2026-09",
      appId: undefined,
      clientId: undefined,
      clientSecrets: [],
      single: undefined,
    },
    reconcile: { share: 10, drift: "repair" },
    installScores: undefined,
    uninstallData: "keep",
    secretKeys: [],
    metricsToken: undefined,
    clockUrl: undefined,
    logLevel: "info",
  });
});

test("an empty variable is an unset one", () => {
  const empty = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, ""]));
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

test("every variable reaches the configuration", () => {
  const config = loadConfig({
    PORT: "8080",
    PUBLIC_URL: "https://scores.example/",
    DATABASE_URL: "postgresql://user:word@db.example/scores",
    DATA_DIR: "/var/lib/scorekeeper",
    REDIS_URL: "rediss://cache.example:6380",
    HUBSPOT_API_URL: "http://127.0.0.1:4010//",
    HUBSPOT_APP_URL: "https://app-eu1.hubspot.com",
    HUBSPOT_API_VERSION: "2027-03-beta",
    HUBSPOT_APP_ID: "77",
    HUBSPOT_CLIENT_ID: "client",
    HUBSPOT_CLIENT_SECRET: "present, former,",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_PORTAL_ID: "12345678",
    SECRET_KEY: `${KEY},${KEY}`,
    INSTALL_SCORES: "/srv/scores",
    UNINSTALL_DATA: "erase",
    METRICS_TOKEN: "sixteen-characters",
    CLOCK_URL: "http://127.0.0.1:4010/__clock",
    LOG_LEVEL: "debug",
  });
  expect(config).toEqual({
    port: 8080,
    publicUrl: "https://scores.example",
    databaseUrl: "postgresql://user:word@db.example/scores",
    dataDir: "/var/lib/scorekeeper",
    redisUrl: "rediss://cache.example:6380",
    hubspot: {
      apiUrl: "http://127.0.0.1:4010",
      appUrl: "https://app-eu1.hubspot.com",
      apiVersion: "2027-03-beta",
      appId: "77",
      clientId: "client",
      clientSecrets: ["present", "former"],
      single: { portal: "12345678", token: "token" },
    },
    reconcile: { share: 10, drift: "repair" },
    installScores: "/srv/scores",
    uninstallData: "erase",
    secretKeys: [KEY, KEY],
    metricsToken: "sixteen-characters",
    clockUrl: "http://127.0.0.1:4010/__clock",
    logLevel: "debug",
  });
});

describe("a wrong value is named with what it must be", () => {
  test.each([
    ["PORT", "http", "must be a number"],
    ["PORT", "3000.5", "must be a whole number"],
    ["PORT", "70000", "must be 0 to 65535"],
    ["PUBLIC_URL", "scores.example", "must be an http or https URL"],
    ["PUBLIC_URL", "ftp://scores.example", "must be an http or https URL"],
    ["DATABASE_URL", "mysql://db.example/scores", "must be a postgres:// URL"],
    [
      "REDIS_URL",
      "cache.example:6379",
      "must be a redis:// or rediss:// URL, or redis+sentinel://host:port,host:port/master-name",
    ],
    ["HUBSPOT_API_URL", "api.hubapi.com", "must be an http or https URL"],
    ["HUBSPOT_APP_URL", "app", "must be an http or https URL"],
    ["HUBSPOT_API_VERSION", "v3", "must look like 2026-09"],
    ["HUBSPOT_APP_ID", "my-app", "must be digits only"],
    ["HUBSPOT_CLIENT_SECRET", " , ", "must hold at least one value"],
    ["UNINSTALL_DATA", "burn", "must be keep or erase"],
    ["SECRET_KEY", "secret", "must be 32 bytes in base64 (`openssl rand -base64 32`)"],
    ["METRICS_TOKEN", "short", "must have at least 16 characters"],
    ["CLOCK_URL", "noon", "must be an http or https URL"],
    ["LOG_LEVEL", "loud", "must be one of fatal, error, warn, info, debug, trace, silent"],
  ])("%s=%s", (name, value, cure) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name} ${cure}`]);
  });

  test("HUBSPOT_PORTAL_ID=hub", () => {
    const faults = faultsOf({ HUBSPOT_PORTAL_ID: "hub", HUBSPOT_ACCESS_TOKEN: "token" });
    expect(faults).toEqual(["HUBSPOT_PORTAL_ID must be digits only"]);
  });
});

test("all faults are told at once, those between variables too, and none repeats a value", () => {
  const wrong = {
    PORT: "canary-port",
    DATABASE_URL: "canary-database",
    SECRET_KEY: "canary-key",
    HUBSPOT_ACCESS_TOKEN: "canary-token",
    CLOCK_URL: "http://127.0.0.1:4010/__clock",
    LOG_LEVEL: "canary-level",
  };
  const faults = faultsOf(wrong);
  const names = faults.map((fault) => fault.split(" ")[0]);
  expect(names.toSorted()).toEqual([
    "CLOCK_URL",
    "DATABASE_URL",
    "HUBSPOT_PORTAL_ID",
    "LOG_LEVEL",
    "PORT",
    "SECRET_KEY",
  ]);
  const { message } = new ConfigError(faults);
  for (const fault of faults) expect(message).toContain(fault);
  expect(message).not.toContain("canary");
});

test("the two halves of single-account mode are asked for together", () => {
  expect(faultsOf({ HUBSPOT_ACCESS_TOKEN: "token" })).toEqual([
    expect.stringMatching(/^HUBSPOT_PORTAL_ID is missing/),
  ]);
  expect(faultsOf({ HUBSPOT_PORTAL_ID: "12345678" })).toEqual([
    expect.stringMatching(/^HUBSPOT_ACCESS_TOKEN is missing/),
  ]);
});

describe("CLOCK_URL is refused against HubSpot itself", () => {
  const CLOCK_URL = "http://127.0.0.1:4010/__clock";

  test.each([undefined, "https://api.hubapi.com", "https://api-eu1.hubapi.com/", "https://api.hubspot.com"])(
    "refused with HUBSPOT_API_URL=%s",
    (HUBSPOT_API_URL) => {
      expect(faultsOf({ CLOCK_URL, HUBSPOT_API_URL })).toEqual([
        expect.stringMatching(/^CLOCK_URL is refused/),
      ]);
    },
  );

  test.each(["http://127.0.0.1:4010", "http://hubapi.com.example:4010"])(
    "taken with HUBSPOT_API_URL=%s",
    (HUBSPOT_API_URL) => {
      expect(faultsOf({ CLOCK_URL, HUBSPOT_API_URL })).toEqual([]);
    },
  );
});

test("printing the configuration shows every variable and no secret", () => {
  const secret = "canary";
  const printed = printableConfig({
    DATABASE_URL: `postgres://user:${secret}@x${secret}@db.example/scores?sslpassword=${secret}&sslmode=require`,
    REDIS_URL: `redis://:${secret}@cache.example:6379/0`,
    HUBSPOT_CLIENT_SECRET: `${secret},${secret}`,
    HUBSPOT_ACCESS_TOKEN: secret,
    SECRET_KEY: secret,
    METRICS_TOKEN: secret,
    HUBSPOT_PORTAL_ID: "12345678",
    PUBLIC_URL: "https://scores.example",
    OTHER: "of no concern",
  });
  expect(printed).not.toContain(secret);
  const lines = printed.split("\n");
  expect(lines.map((line) => line.split("=")[0])).toEqual(Object.keys(VARIABLES));
  expect(lines).toContain(
    "DATABASE_URL=postgres://user:********@db.example/scores?sslpassword=********&sslmode=require",
  );
  expect(lines).toContain("REDIS_URL=redis://:********@cache.example:6379/0");
  expect(lines).toContain("HUBSPOT_PORTAL_ID=12345678");
  expect(lines).toContain("PUBLIC_URL=https://scores.example");
  expect(lines).toContain("LOG_LEVEL=");
});
