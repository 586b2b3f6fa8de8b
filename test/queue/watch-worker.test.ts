import { expect, test, vi } from "vitest";
import { watchWorker } from "../../src/queue/watch-worker.ts";

const QUICK = { lookMs: 10, renewMs: 60_000 };

/** A worker as the watch sees it, and how often it was called quiet. */
function watched(waiting: () => Promise<number>) {
  const state = { taken: 0, hasRoom: true, quiet: 0, looks: 0 };
  const parts = {
    waiting: () => {
      state.looks += 1;
      return waiting();
    },
    taken: () => state.taken,
    hasRoom: () => state.hasRoom,
    onQuiet: () => {
      state.quiet += 1;
    },
  };
  return { state, parts };
}

test("a worker that lets jobs wait though it has room is called quiet", async () => {
  const { state, parts } = watched(async () => 3);
  using _watch = watchWorker(parts, QUICK);
  await vi.waitFor(() => expect(state.quiet).toBeGreaterThan(0), 2_000);
});

test("one that takes jobs, has no room, has nothing to take or no answer to go by is not", async () => {
  const busy = watched(async () => {
    busy.state.taken += 1;
    return 3;
  });
  const full = watched(async () => 3);
  full.state.hasRoom = false;
  const idle = watched(async () => 0);
  const blind = watched(() => Promise.reject(new Error("away")));
  const all = [busy, full, idle, blind];
  using stack = new DisposableStack();
  for (const { parts } of all) stack.use(watchWorker(parts, QUICK));
  await vi.waitFor(() => {
    for (const { state } of all) expect(state.looks).toBeGreaterThan(5);
  }, 2_000);
  expect(all.map(({ state }) => state.quiet)).toEqual([0, 0, 0, 0]);
});

test("one that has had no job for long is renewed, whatever the queue says", async () => {
  const { state, parts } = watched(async () => 0);
  using _watch = watchWorker(parts, { lookMs: 10, renewMs: 50 });
  await vi.waitFor(() => expect(state.quiet).toBeGreaterThan(0), 2_000);
});
