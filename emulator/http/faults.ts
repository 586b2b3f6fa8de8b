import { z } from "zod";

/**
 * A fault to play: the next `times` calls whose path starts with `path` get this answer, or none at all. Where `applied`,
 * a call takes effect all the same: only its answer is late or lost.
 */
export const fault = z.object({
  path: z.string().default("/"),
  method: z.string().optional(),
  times: z.number().int().min(1).default(1),
  status: z.number().int().min(100).max(599).optional(),
  body: z.unknown().optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.number().min(0).optional(),
  drop: z.boolean().optional(),
  applied: z.boolean().optional(),
});
export type Fault = z.infer<typeof fault>;

function take(faults: Fault[], isMet: (one: Fault) => boolean): Fault | undefined {
  const index = faults.findIndex(isMet);
  const met = faults[index];
  if (!met) return undefined;
  met.times -= 1;
  if (met.times === 0) faults.splice(index, 1);
  return met;
}

const isMetBy = (method: string, path: string) => (one: Fault) =>
  path.startsWith(one.path) && (one.method ?? method) === method;

/** Returns the fault that a call meets instead of being carried out, if any, and uses it up once. */
export function takeFault(faults: Fault[], method: string, path: string): Fault | undefined {
  const isMet = isMetBy(method, path);
  return take(faults, (one) => !one.applied && isMet(one));
}

/** Returns the fault that the answer of a call that is carried out meets, if any, and uses it up once. */
export function takeAnswerFault(faults: Fault[], method: string, path: string): Fault | undefined {
  const isMet = isMetBy(method, path);
  return take(faults, (one) => one.applied === true && isMet(one));
}
