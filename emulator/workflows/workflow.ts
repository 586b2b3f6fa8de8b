import { z } from "zod";
import { idText } from "../http/route.ts";

const inputValue = z.union([z.string(), z.number().transform(String), z.object({ property: z.string() })]);

/** What the emulator is told of a workflow with one step, which is an app's action. */
export const workflowInput = z.object({
  name: z.string().default("Workflow"),
  objectType: z.string().default("contact"),
  /** Records enrol when the property takes this value, each once; without it only by hand. */
  enrol: z.object({ property: z.string(), value: z.string() }).optional(),
  action: z.object({ uid: z.string(), url: z.url() }),
  /** Values of the action's inputs, or the record's property to take each from. */
  inputs: z.record(z.string(), inputValue).default({}),
  /** Which signatures calls carry: all that HubSpot sends, or v2 alone. */
  signature: z.enum(["v3", "v2"]).default("v3"),
  clientSecret: z.string().min(1).optional(),
  maxConcurrentRequests: z.number().int().min(1).default(10),
  /** How long the first retry after a 5xx waits (ms); each further one waits twice as long. */
  retryDelayMs: z.number().min(0).default(60_000),
  retries: z.number().int().min(0).default(10),
});

/** A workflow as it runs. */
export type Workflow = z.infer<typeof workflowInput> & { readonly id: number; readonly typeId: string };

export const enrolInput = z.object({ workflow: z.number().int(), ids: z.array(idText) });
export const replayInput = z.object({ callbackId: z.string() });

/** Where a record is in a workflow; `EXPIRED`: it went on, since nobody completed its blocked step in time. */
type State = "WAITING" | "CALLING" | "BLOCK" | "SUCCESS" | "FAIL_CONTINUE" | "FAILED" | "EXPIRED";

/** One execution of a workflow's step for one record. */
export type Enrolment = {
  readonly callbackId: string;
  readonly workflow: Workflow;
  readonly recordId: string;
  state: State;
  attempts: number;
  /** The status of each answer, 0 where none came. */
  readonly statuses: number[];
  outputs: Readonly<Record<string, unknown>>;
  /** Until when (ms, by the portal's clock) a blocked step waits. */
  blockedUntil: number | undefined;
};
