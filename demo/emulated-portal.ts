import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Subscription } from "../src/scores/subscriptions.ts";

const state = z.object({
  calls: z.number(),
  notificationsSent: z.number(),
  notificationsPending: z.number(),
  inFlight: z.number(),
  records: z.record(z.string(), z.number()),
});
const clock = z.object({ now: z.string(), running: z.boolean() });

type EmulatorState = z.infer<typeof state>;

/** The emulated HubSpot portal in a process of its own, and the ways to steer it. */
export type EmulatedPortal = AsyncDisposable & {
  readonly url: string;
  readonly portal: string;
  readonly token: string;
  state(): Promise<EmulatorState>;
  listen(app: {
    readonly targetUrl: string;
    readonly clientSecret: string;
    readonly subscriptions: readonly Subscription[];
  }): Promise<void>;
  /** Makes seeded changes and returns once they are made; 0 a second means all at once. */
  makeTraffic(traffic: {
    readonly count: number;
    readonly seed: number;
    readonly perSecond: number;
  }): Promise<void>;
  /** Stops the portal's clock and returns the instant (ISO). */
  stopClock(): Promise<string>;
  /** The body of a control answer, line by line. */
  lines(path: string): AsyncIterable<string>;
  json(path: string): Promise<unknown>;
};

const GREETING = /^HubSpot portal (\d+) at (\S+) \(token (\S+)\)/;

async function greetingOf(child: ChildProcess): Promise<{ portal: string; url: string; token: string }> {
  if (!child.stdout) throw new Error("the emulator has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, portal, url, token] = GREETING.exec(line) ?? [];
    if (portal && url && token) return { portal, url, token };
  }
  throw new Error("the emulated portal did not start");
}

async function ask(url: string, body?: object): Promise<Response> {
  const init = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, init);
  if (!response.ok)
    throw new Error(
      `the emulated portal answered ${response.status} to ${new URL(url).pathname}: ${await response.text()}`,
    );
  return response;
}

async function* linesOf(response: Response): AsyncIterable<string> {
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Starts the emulator, with the records of a file where one is named, else with its generated portal. */
export async function startEmulatedPortal(data: string | undefined): Promise<EmulatedPortal> {
  const main = join(import.meta.dirname, "../emulator/main.ts");
  const args = [main, "--port", "0", ...(data === undefined ? [] : ["--data", data])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const { url, portal, token } = await greetingOf(child);
  return {
    ...{ url, portal, token },
    state: async () => state.parse(await (await ask(`${url}/__state`)).json()),
    listen: async (app) => void (await ask(`${url}/__webhooks`, app)),
    makeTraffic: async (traffic) => void (await ask(`${url}/__traffic`, traffic)),
    stopClock: async () => clock.parse(await (await ask(`${url}/__clock`, { running: false })).json()).now,
    async *lines(path) {
      yield* linesOf(await ask(url + path));
    },
    json: async (path) => (await ask(url + path)).json(),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}
