import { z } from "zod";
import type { EventProperties } from "../engagement-mapping.ts";
import { parseInstant } from "../instant.ts";

/** Property values as text, own keys only; JSON numbers and booleans become their text. */
const properties = z
  .custom<object>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "expected an object",
  )
  .transform((value, context): EventProperties => {
    const entries = Object.entries(value).map(([name, held]): [string, string | null] => {
      if (typeof held === "object" && held !== null) context.addIssue(`${name}: expected text`);
      return [name, held === null ? null : String(held)];
    });
    return Object.fromEntries(entries);
  });

const instant = z.string().transform((text, context) => {
  const parsed = parseInstant(text);
  if (parsed === undefined) context.addIssue("expected an ISO date and time");
  return parsed ?? 0;
});

const history = z.record(z.string(), z.array(z.object({ value: z.unknown(), timestamp: instant })));

/** Parses one event in the form of the record files. */
export const eventLine = z.object({
  id: z.string(),
  type: z.string(),
  occurredAt: instant,
  properties: properties.optional().transform((held) => held ?? {}),
});

const content = {
  object: z.string().min(1),
  id: z.string().min(1),
  properties: properties.optional(),
  history: history.optional(),
  lists: z.array(z.string()).optional(),
  events: z.array(eventLine).optional(),
};

/** Parses one line of a record file. */
export const recordLine = z.object({
  ...content,
  associations: z.array(z.object({ ...content, labels: z.array(z.string()).optional() })).optional(),
});

export type RecordLine = z.infer<typeof recordLine>;
export type RecordLineInput = z.input<typeof recordLine>;
export type AssociatedLine = NonNullable<RecordLine["associations"]>[number];
