import type { Job, JobsOptions } from "bullmq";
import { z } from "zod";
import type { BackendQueue } from "./backend.ts";
import { JOB_PAYLOADS, type JobPayload, type Stage, stageSchema } from "./jobs.ts";

/** The name of a job that adds another one when its delay is over, and nothing else. */
const ALARM = "alarm";
const ATTEMPTS = 20;
const FAILED_KEPT = { age: 14 * 24 * 3600, count: 1_000 };

function optionsOf(deduplication: JobsOptions["deduplication"], delayMs: number): JobsOptions {
  return {
    ...(deduplication ? { deduplication } : {}),
    delay: delayMs,
    attempts: ATTEMPTS,
    backoff: { type: "custom" },
    removeOnComplete: true,
    removeOnFail: FAILED_KEPT,
  };
}

/** Adds a job that runs as soon as a worker is free. */
export async function addJob(queue: BackendQueue, stage: Stage, payload: JobPayload): Promise<void> {
  const id = `${stage}_${payload.portal ?? "all"}`;
  await queue.add(stage, payload, optionsOf({ id, keepLastIfActive: true }, 0));
}

/** Tells whether the alarm that is set would ring only after `delayMs` from now. */
async function ringsLater(queue: BackendQueue, id: string, delayMs: number): Promise<boolean> {
  const jobId = await queue.getDeduplicationJobId(id);
  const job = jobId ? await queue.getJob(jobId) : undefined;
  return job !== undefined && job.timestamp + job.delay > Date.now() + delayMs;
}

/** Adds a job's alarm: after `delayMs` the job itself is added, so that a delayed job never stands for an immediate one. */
export async function addAlarm(
  queue: BackendQueue,
  stage: Stage,
  payload: JobPayload,
  delayMs: number,
): Promise<void> {
  const id = `${ALARM}_${stage}_${payload.portal ?? "all"}`;
  const replace = await ringsLater(queue, id, delayMs);
  await queue.add(ALARM, { stage, payload }, optionsOf({ id, keepLastIfActive: true, replace }, delayMs));
}

/** Tells whether a job is an alarm. */
export function isAlarm(job: Job): boolean {
  return job.name === ALARM;
}

const alarmSchema = z.object({ stage: stageSchema, payload: z.unknown() });

/** Adds the job whose alarm rings. */
export async function addAlarmed(queue: BackendQueue, alarm: Job): Promise<void> {
  const { stage, payload } = alarmSchema.parse(alarm.data);
  await addJob(queue, stage, JOB_PAYLOADS[stage].parse(payload));
}
