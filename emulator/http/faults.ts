import { z } from "zod";

/** A fault to play: the next `times` calls whose path starts with `path` get this answer, or none at all. */
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
});
export type Fault = z.infer<typeof fault>;

/** Returns the fault that a call meets, if any, and uses it up once. */
export function takeFault(faults: Fault[], method: string, path: string): Fault | undefined {
  const index = faults.findIndex((one) => path.startsWith(one.path) && (one.method ?? method) === method);
  const met = faults[index];
  if (!met) return undefined;
  met.times -= 1;
  if (met.times === 0) faults.splice(index, 1);
  return met;
}
