import { z } from "zod";

const portalPayload = z.object({ portal: z.string().min(1) });
const anyPortalPayload = z.object({ portal: z.string().min(1).optional() });

/**
 * The job table: every stage of the work and what its jobs say. A job is a hint that there is something to do; what
 * exactly stands in the database. `sweep` and `due` may concern all portals.
 */
export const JOB_PAYLOADS = {
  ingest: portalPayload,
  read: portalPayload,
  score: portalPayload,
  write: portalPayload,
  due: anyPortalPayload,
  backfill: portalPayload,
  poll: portalPayload,
  reconcile: portalPayload,
  lists: portalPayload,
  sweep: anyPortalPayload,
};

/** The name of a job. */
export type Stage = keyof typeof JOB_PAYLOADS;

type Payloads = { readonly [S in Stage]: z.infer<(typeof JOB_PAYLOADS)[S]> };
type PayloadSchemas = { readonly [S in Stage]: z.ZodType<Payloads[S]> };

/** What a job of a stage says. */
export type JobPayload<S extends Stage = Stage> = Payloads[S];

/** What is to be done for the jobs of each stage. A handler that throws is run again later. */
export type JobHandlers = { readonly [S in Stage]: (payload: Payloads[S]) => Promise<void> };

/** The names of all stages. */
export const stageSchema = z.object(JOB_PAYLOADS).keyof();

async function runStage<S extends Stage>(handlers: JobHandlers, stage: S, payload: unknown): Promise<void> {
  const schemas: PayloadSchemas = JOB_PAYLOADS;
  await handlers[stage](schemas[stage].parse(payload));
}

/** Runs the handler of a job; throws ZodError when there is no such stage or the payload is none of that stage. */
export async function runJob(handlers: JobHandlers, name: string, payload: unknown): Promise<void> {
  await runStage(handlers, stageSchema.parse(name), payload);
}
