import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { JobHandlers, Stage } from "../../src/queue/jobs.ts";
import { type JobQueue, openQueue, type QueueOptions } from "../../src/queue/queue.ts";
import type { ServerProxy } from "../support/proxy.ts";
import { handleAll } from "./handlers.ts";

/** What a backend gives to each test: a place for jobs of its own, behind a proxy that can be cut. */
export type Place = AsyncDisposable & { readonly options: QueueOptions; readonly proxy: ServerProxy };

const WAIT = { timeout: 10_000, interval: 5 };
const QUICK = { lockMs: 1_000, retryMs: 20, longestRetryMs: 100 };

type Ran = { readonly stage: Stage; readonly portal: string | undefined; readonly at: number };
type Recorder = { readonly handlers: JobHandlers; readonly ran: Ran[] };

/** Handlers that note what runs; `on` takes the place of one of them. */
function record(on: Partial<JobHandlers> = {}): Recorder {
  const ran: Ran[] = [];
  const handlers = handleAll((stage) => async ({ portal }) => {
    ran.push({ stage, portal, at: performance.now() });
  });
  return { ran, handlers: { ...handlers, ...on } };
}

/** A promise and what settles it. */
function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

async function open(place: Place, options: Partial<QueueOptions> = {}): Promise<JobQueue & AsyncDisposable> {
  const queue = await openQueue({ ...place.options, timing: QUICK, ...options });
  return { ...queue, [Symbol.asyncDispose]: () => queue.close({ deadlineMs: 2_000 }) };
}

/** Starts a worker in a process of its own, and kills it once it has a job. */
async function killWorker(place: Place): Promise<void> {
  const options = JSON.stringify({ ...place.options, timing: QUICK });
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker-child.ts"), options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** The promises that every backend of the queue keeps. */
export function describeQueue(name: string, openPlace: () => Promise<Place>): void {
  describe(`queue on ${name}`, () => {
    test("a job runs within 250 ms while others wait for their time", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      const { handlers, ran } = record();
      await queue.enqueue("due", {}, { delayMs: 60_000 });
      await queue.enqueue("write", { portal: "2" }, { delayMs: 60_000 });
      await queue.startWorker(handlers, { concurrency: 2 });
      const waits: number[] = [];
      for (let round = 1; round <= 5; round++) {
        const before = performance.now();
        await queue.enqueue("write", { portal: "1" });
        await vi.waitFor(() => expect(ran).toHaveLength(round), WAIT);
        waits.push((ran[round - 1]?.at ?? 0) - before);
      }
      expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(250);
      expect(await queue.counts()).toMatchObject({ delayed: 2, failed: 0 });
    });

    test("jobs of one stage and portal that wait are one job, those of others are not", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      for (let repeat = 0; repeat < 5; repeat++)
        for (const portal of ["1", "2"]) await queue.enqueue("score", { portal });
      await queue.enqueue("write", { portal: "1" });
      expect(await queue.counts()).toMatchObject({ waiting: 3 });
      const { handlers, ran } = record();
      await queue.startWorker(handlers, { concurrency: 1 });
      await vi.waitFor(
        async () => expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0 }),
        WAIT,
      );
      expect(ran.map(({ stage, portal }) => `${stage} ${portal}`)).toEqual(["score 1", "score 2", "write 1"]);
    });

    test("T30 a change that arrives while its job runs leads to one more run, never two at once", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      const gate = createGate();
      let [running, most, runs, change, seen] = [0, 0, 0, 0, 0];
      const score = async () => {
        most = Math.max(most, ++running);
        runs++;
        seen = change;
        if (runs === 1) await gate.opened;
        running--;
      };
      await queue.startWorker(record({ score }).handlers, { concurrency: 4 });
      await queue.enqueue("score", { portal: "1" });
      await vi.waitFor(() => expect(runs).toBe(1), WAIT);
      for (change = 1; change <= 3; change++) await queue.enqueue("score", { portal: "1" });
      gate.open();
      await vi.waitFor(() => expect(seen).toBe(change), WAIT);
      await vi.waitFor(
        async () => expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0 }),
        WAIT,
      );
      expect({ most, runs }).toEqual({ most: 1, runs: 2 });
    });

    test("T30 of 200 changes made while jobs come and go the last is always seen", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      let [change, seen] = [0, 0];
      const score = async () => {
        seen = change;
      };
      await queue.startWorker(record({ score }).handlers, { concurrency: 4 });
      for (let round = 0; round < 20; round++) {
        for (let times = 0; times < 10; times++) {
          change++;
          await queue.enqueue("score", { portal: "1" });
        }
        await vi.waitFor(() => expect(seen).toBe(change), WAIT);
      }
    });

    test("a delayed job does not hold up one without delay, nor does that one replace it", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      const { handlers, ran } = record();
      await queue.enqueue("write", { portal: "1" }, { delayMs: 1_500 });
      await queue.startWorker(handlers, { concurrency: 2 });
      const from = performance.now();
      await queue.enqueue("write", { portal: "1" });
      await vi.waitFor(() => expect(ran).toHaveLength(1), WAIT);
      expect((ran[0]?.at ?? 0) - from).toBeLessThan(1_000);
      await vi.waitFor(() => expect(ran).toHaveLength(2), WAIT);
      expect((ran[1]?.at ?? 0) - from).toBeGreaterThan(1_000);
    });

    test("of two delays of one job the one that ends first stands", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      for (const delayMs of [60_000, 300, 60_000]) await queue.enqueue("due", {}, { delayMs });
      expect(await queue.counts()).toMatchObject({ delayed: 1 });
      const { handlers, ran } = record();
      await queue.startWorker(handlers, { concurrency: 1 });
      await vi.waitFor(() => expect(ran).toHaveLength(1), WAIT);
      expect(ran[0]).toMatchObject({ stage: "due", portal: undefined });
    });

    test("a job that fails is run again after a while, and its errors are told", async () => {
      await using place = await openPlace();
      const told: unknown[] = [];
      await using queue = await open(place, {
        onError: (error, context) => told.push({ message: error.message, ...context }),
      });
      const at: number[] = [];
      const poll = async () => {
        if (at.push(performance.now()) < 4) throw new Error("not yet");
      };
      await queue.startWorker(record({ poll }).handlers, { concurrency: 1 });
      await queue.enqueue("poll", { portal: "1" });
      await vi.waitFor(() => expect(at).toHaveLength(4), WAIT);
      const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      expect(waits[2]).toBeGreaterThan(QUICK.retryMs * 4 * 0.75);
      expect(told).toEqual(
        [1, 2, 3].map((attempt) => ({
          message: "not yet",
          source: "job",
          stage: "poll",
          portal: "1",
          attempt,
        })),
      );
    });

    test("a job whose error says that no retry helps is given up, and the next change runs again", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      let runs = 0;
      const write = async () => {
        runs++;
        throw Object.assign(new Error("never"), { retry: false });
      };
      await queue.startWorker(record({ write }).handlers, { concurrency: 1 });
      await queue.enqueue("write", { portal: "1" });
      await vi.waitFor(async () => expect(await queue.counts()).toMatchObject({ failed: 1 }), WAIT);
      await queue.enqueue("write", { portal: "1" });
      await vi.waitFor(() => expect(runs).toBe(2), WAIT);
    });

    test("the job of a worker that was killed is taken over", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      await queue.enqueue("ingest", { portal: "1" });
      await killWorker(place);
      const { handlers, ran } = record();
      await queue.startWorker(handlers, { concurrency: 1 });
      await vi.waitFor(() => expect(ran).toMatchObject([{ stage: "ingest", portal: "1" }]), WAIT);
    });

    test("T60 a job whose workers are killed more often than it may stall does not bar its successor", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      for (let death = 1; death <= 7; death++) {
        await queue.enqueue("ingest", { portal: "1" });
        await killWorker(place);
      }
      const { handlers, ran } = record();
      await queue.startWorker(handlers, { concurrency: 1 });
      await vi.waitFor(async () => {
        await queue.enqueue("ingest", { portal: "1" });
        expect(ran).not.toEqual([]);
      }, WAIT);
      await vi.waitFor(
        async () => expect(await queue.counts()).toMatchObject({ waiting: 0, active: 0 }),
        WAIT,
      );
    });

    test("closing lets a running job end", async () => {
      await using place = await openPlace();
      const queue = await open(place);
      const [started, gate] = [createGate(), createGate()];
      let hasEnded = false;
      const score = async () => {
        started.open();
        await gate.opened;
        hasEnded = true;
      };
      await queue.startWorker(record({ score }).handlers, { concurrency: 1 });
      await queue.enqueue("score", { portal: "1" });
      await started.opened;
      const closing = queue.close({ deadlineMs: 10_000 });
      gate.open();
      await closing;
      expect(hasEnded).toBe(true);
    });

    test("closing ends at its deadline when a job does not", async () => {
      await using place = await openPlace();
      const queue = await open(place);
      const started = createGate();
      const score = () => {
        started.open();
        return new Promise<void>(() => undefined);
      };
      await queue.startWorker(record({ score }).handlers, { concurrency: 1 });
      await queue.enqueue("score", { portal: "1" });
      await started.opened;
      const from = performance.now();
      await queue.close({ deadlineMs: 500 });
      expect(performance.now() - from).toBeLessThan(1_500);
    });

    test("T68 closing ends in time when the server has gone", async () => {
      await using place = await openPlace();
      const queue = await open(place);
      await queue.startWorker(record().handlers, { concurrency: 2 });
      await queue.enqueue("score", { portal: "1" });
      await place.proxy.cut();
      const from = performance.now();
      await queue.close({ deadlineMs: 1_000 });
      expect(performance.now() - from).toBeLessThan(1_500);
    });

    test("while the server is away adding fails within two seconds, and afterwards work goes on", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      const { handlers, ran } = record();
      await queue.startWorker(handlers, { concurrency: 2 });
      await queue.enqueue("score", { portal: "1" });
      await vi.waitFor(() => expect(ran).toHaveLength(1), WAIT);
      await place.proxy.cut();
      const from = performance.now();
      await expect(queue.enqueue("score", { portal: "2" })).rejects.toThrow();
      expect(performance.now() - from).toBeLessThan(2_500);
      expect(await queue.isHealthy()).toBe(false);
      await place.proxy.mend();
      await vi.waitFor(async () => expect(await queue.isHealthy()).toBe(true), WAIT);
      await queue.enqueue("score", { portal: "3" });
      await vi.waitFor(() => expect(ran.map((run) => run.portal)).toContain("3"), WAIT);
    });

    test("a payload that is none of its stage is refused", async () => {
      await using place = await openPlace();
      await using queue = await open(place);
      await expect(queue.enqueue("score", { portal: "" })).rejects.toThrow("portal");
    });
  });
}
