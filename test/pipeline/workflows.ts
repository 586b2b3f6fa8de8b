import { vi } from "vitest";
import { z } from "zod";
import type { EmulatedAccount } from "./emulated-account.ts";

const enrolmentSchema = z.object({
  callbackId: z.string(),
  recordId: z.string(),
  state: z.string(),
  statuses: z.array(z.number()),
  outputs: z.record(z.string(), z.unknown()),
});
const shownSchema = z.object({ enrolments: z.array(enrolmentSchema) });
const answerSchema = z.object({ status: z.number(), outputs: z.record(z.string(), z.unknown()) });

/** A record in a workflow of the emulated account. */
type Enrolment = z.infer<typeof enrolmentSchema>;

/** The emulated account's workflow with one of our actions. */
export type TestWorkflow = {
  /** Enrols a record by hand and returns the execution's callback id. */
  enrol(recordId: string): Promise<string>;
  enrolments(): Promise<readonly Enrolment[]>;
  /** Waits until an execution has come to this state. */
  until(callbackId: string, state: string): Promise<Enrolment>;
  /** Has the account send an execution once more. */
  replay(callbackId: string): Promise<z.infer<typeof answerSchema>>;
};

type Definition = {
  readonly url: string;
  readonly action: string;
  readonly clientSecret: string;
  readonly inputs: object;
  readonly enrol?: { readonly property: string; readonly value: string };
  readonly signature?: "v2" | "v3";
};

/** Defines a workflow in the emulated account whose step is an action of the service at `url`. */
export async function defineWorkflow(
  { ask }: Pick<EmulatedAccount, "ask">,
  { url, action, ...settings }: Definition,
): Promise<TestWorkflow> {
  const step = { uid: `scorekeeper_${action.replace("-", "_")}`, url: `${url}/workflow-actions/${action}` };
  const defined = await ask("POST", "/__workflows", { ...settings, action: step, retryDelayMs: 50 });
  const workflow = z.object({ id: z.number() }).parse(defined).id;
  const enrolments = async () => shownSchema.parse(await ask("GET", "/__workflows")).enrolments;
  return {
    enrolments,
    async enrol(recordId) {
      const enrolled = await ask("POST", "/__workflows/enrol", { workflow, ids: [recordId] });
      const [first] = z.array(enrolmentSchema).parse(enrolled);
      return first?.callbackId ?? "";
    },
    async replay(callbackId) {
      return answerSchema.parse(await ask("POST", "/__workflows/replay", { callbackId }));
    },
    until: (callbackId, state) =>
      vi.waitFor(
        async () => {
          const found = (await enrolments()).find((one) => one.callbackId === callbackId);
          if (found?.state !== state) throw new Error(`${callbackId} is ${JSON.stringify(found)}`);
          return found;
        },
        { timeout: 30_000, interval: 50 },
      ),
  };
}
