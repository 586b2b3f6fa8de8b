import type { JobHandlers, Stage } from "../../src/queue/jobs.ts";

type Handler = (payload: { readonly portal?: string | undefined }) => Promise<void>;

/** Returns a handler for every stage. */
export function handleAll(make: (stage: Stage) => Handler): JobHandlers {
  return {
    ingest: make("ingest"),
    read: make("read"),
    score: make("score"),
    write: make("write"),
    due: make("due"),
    backfill: make("backfill"),
    poll: make("poll"),
    reconcile: make("reconcile"),
    lists: make("lists"),
    sweep: make("sweep"),
  };
}
