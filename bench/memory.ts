// The memory of a worker that back-fills very many records, from turning a score on to the last value written.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { startRun } from "../src/store/backfill-runs.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { migrate } from "../src/store/migrate.ts";
import { quantile } from "./live-figures.ts";
import { type Running, startServers, startServiceProcess } from "./live-processes.ts";
import { checkSample, EVENTS, loadMillion, OBJECT, PORTAL } from "./million.ts";

/** One measured figure; `target` is the most that it may be. */
export type Figure = {
  readonly work: "back-fill (s)" | "calls" | "peak (MB)" | "second quarter (MB)" | "last quarter (MB)";
  readonly value: number;
  readonly target?: number;
};

type Sizes = { readonly contacts: number };

const SAMPLE_MS = 500;
/** How much more the last quarter may take than the second one, to count as flat. */
const FLAT = 1.1;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
}

function inputsOf(body: unknown): readonly unknown[] {
  const isBatch = typeof body === "object" && body !== null && "inputs" in body;
  return isBatch && Array.isArray(body.inputs) ? body.inputs : [];
}

/** So many calls that HubSpot's limit is none. */
const HEADERS = {
  "content-type": "application/json",
  "x-hubspot-ratelimit-max": "5000",
  "x-hubspot-ratelimit-remaining": "5000",
  "x-hubspot-ratelimit-interval-milliseconds": "10000",
};

/** Answers batch updates as HubSpot does, at once and without limits, and everything else as an empty account would. */
async function startAccount(): Promise<AsyncDisposable & { readonly url: string; calls: number }> {
  const account = { calls: 0 };
  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      const isUpdate = request.url?.endsWith("/batch/update") ?? false;
      if (isUpdate) account.calls += 1;
      const answer = {
        status: "COMPLETE",
        portalId: Number(PORTAL),
        timeZone: "UTC",
        results: inputsOf(body),
      };
      response.writeHead(200, HEADERS).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port was opened");
  return Object.assign(account, {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Megabytes that a process holds in memory (`VmRSS`). */
function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}

async function isDone(db: Database, contacts: number): Promise<boolean> {
  const [row] = await db.query<{ done: boolean }>(
    `select (select state from backfill_runs where portal_id = $1) = 'done'
       and not exists (select 1 from dirty_marks where portal_id = $1)
       and not exists (select 1 from pending_writes where portal_id = $1 and pending)
       and (select count(*) from pending_writes where portal_id = $1) = $2 as done`,
    [PORTAL, contacts],
  );
  return row?.done ?? false;
}

async function follow(db: Database, service: Running, contacts: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let turn = 0; ; turn++) {
    samples.push(residentMb(service.pid));
    if (turn % 10 === 0 && (await isDone(db, contacts))) return samples;
    await pause(SAMPLE_MS);
  }
}

function summarize(samples: readonly number[], seconds: number, calls: number): Figure[] {
  const quarter = (place: number) =>
    samples.slice((samples.length * place) / 4, (samples.length * (place + 1)) / 4);
  const [early, late] = [quarter(1), quarter(3)].map((part) => Math.round(quantile(part, 0.5)));
  return [
    { work: "back-fill (s)", value: Math.round(seconds) },
    { work: "calls", value: calls },
    { work: "peak (MB)", value: Math.round(Math.max(...samples)), target: 512 },
    { work: "second quarter (MB)", value: early ?? Number.NaN },
    { work: "last quarter (MB)", value: late ?? Number.NaN, target: Math.round((early ?? 0) * FLAT) },
  ];
}

async function measure(db: Database, databaseUrl: string, folder: string, sizes: Sizes): Promise<Figure[]> {
  await using account = await startAccount();
  await loadMillion(db, sizes.contacts);
  await using service = await startServiceProcess(folder, {
    DATABASE_URL: databaseUrl,
    HUBSPOT_API_URL: account.url,
    HUBSPOT_ACCESS_TOKEN: "bench",
    HUBSPOT_CLIENT_SECRET: "bench",
    HUBSPOT_PORTAL_ID: PORTAL,
  });
  const from = performance.now();
  await startRun(db, PORTAL, OBJECT, []);
  const samples = await follow(db, service, sizes.contacts);
  const seconds = (performance.now() - from) / 1_000;
  await checkSample(db, sizes.contacts);
  return summarize(samples, seconds, account.calls);
}

/** Measures on servers of its own, prints a table and returns the figures; throws when a result is wrong. */
export async function run(given: Partial<Sizes> = {}): Promise<Figure[]> {
  const sizes = { contacts: 1_000_000, ...given };
  await using servers = await startServers();
  await using db = openDatabase({ url: servers.databaseUrl });
  await migrate(db);
  const figures = await measure(db, servers.databaseUrl, servers.folder, sizes);
  console.log(
    `Back-fill of ${sizes.contacts} contacts × ${EVENTS} events by one process, one run; ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  console.table(
    figures.map(({ work, value, target }) => ({
      work,
      value,
      target: target === undefined ? "" : `≤ ${target} ${value <= target ? "met" : "MISSED"}`,
    })),
  );
  return figures;
}

if (import.meta.main) await run({ contacts: Number(process.argv[2] ?? 1_000_000) });
