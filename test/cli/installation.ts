import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../config/config.ts";
import { type Emulator, startEmulator } from "../../emulator/start-emulator.ts";
import { startService } from "../../service/run.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

export type Env = { readonly [name: string]: string };
export type CommandResult = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** Runs the command line as a process of its own, in a folder, with nothing but this environment. */
export function runCommand(folder: string, env: Env, args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH: process.env["PATH"] ?? "", ...env } };
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code ?? -1);
      resolve({ status, stdout, stderr });
    });
  });
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A contact score over the job title, with labels. */
const DEFINITION = {
  schema: 1,
  name: "Title",
  object: "contact",
  type: "fit",
  limit: { max: 100 },
  groups: [
    {
      name: "Person",
      side: "fit",
      rules: [
        { id: "chief", where: { property: "jobtitle", operator: "CONTAINS", values: ["chief"] }, points: 80 },
        { id: "vp", where: { property: "jobtitle", operator: "CONTAINS", values: ["vp"] }, points: 50 },
      ],
    },
  ],
  property: { name: "title_score" },
  thresholds: [{ label: "High", from: 70 }, { label: "Medium", from: 40 }, { label: "Low" }],
};

const CONTACTS = ["1", "2", "3"].map((id) => ({
  object: "contact",
  id,
  properties: { email: `person${id}@mail.example`, jobtitle: "Engineer" },
}));

export type Installation = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly env: Env;
  /** Runs a command in this installation's environment. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** Runs a command that must succeed and returns its JSON lines. */
  lines(...args: readonly string[]): Promise<{ [name: string]: unknown }[]>;
  /** Writes a file into the folder and returns its path. */
  file(name: string, content: string): string;
  /** What the emulated portal holds of a contact's property. */
  held(id: string, property: string): string | null | undefined;
  stopService(): PromiseLike<void>;
  /** Paths of the calls that the emulator got, oldest first. */
  calls(): Promise<string[]>;
};

/** Starts an emulated portal with three contacts, a database, the service, and publishes a score. */
export async function startInstallation(): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-cli-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const database = stack.use(await createTestDatabase());
  const emulator = stack.use(await startEmulator({ data: CONTACTS, burst: 100_000 }));
  const port = await freePort();
  const env = {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    HUBSPOT_API_URL: emulator.url,
    HUBSPOT_ACCESS_TOKEN: emulator.token,
    HUBSPOT_PORTAL_ID: String(emulator.portalId),
    HUBSPOT_CLIENT_SECRET: "present,former",
    HUBSPOT_APP_ID: "77",
    LOG_LEVEL: "silent",
  };
  const service = stack.use(await startService(loadConfig(env), "all"));
  const run = (...args: readonly string[]) => runCommand(folder, env, args);
  const lines = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await run(...args, "--json");
    if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}${stdout}`);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  };
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  await lines("score", "import", file("title.json", JSON.stringify(DEFINITION)));
  await lines("score", "publish", "Title");
  const opened = stack.move();
  return {
    ...{ emulator, database, folder, env, run, lines, file },
    held(id, property) {
      const table = emulator.portal.records.tables.get("0-1");
      return table?.byId.get(id)?.properties.get(property);
    },
    async calls() {
      const answer = await fetch(`${emulator.url}/__calls`);
      const { calls } = (await answer.json()) as { calls: { method: string; path: string }[] };
      return calls.map(({ method, path }) => `${method} ${path}`);
    },
    stopService: () => service[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
