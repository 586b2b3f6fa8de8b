import { z } from "zod";

// PostgreSQL's text holds neither NUL nor half a surrogate pair.
const idText = z
  .string()
  .min(1)
  .refine((text) => !text.includes("\0") && text.isWellFormed());

/** An id as HubSpot sends it, number or text, read as text. */
export const idSchema = z.union([idText, z.int()]).transform(String);

/** An instant in ISO 8601, read as milliseconds since 1970. */
export const instantSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const valuesSchema = z.record(z.string(), z.string().nullable());

const historyEntrySchema = z.object({ value: z.string().nullish(), timestamp: instantSchema });

/** A record as the objects API answers it; properties without a value are null or absent. */
export const recordSchema = z
  .object({
    id: idSchema,
    properties: valuesSchema,
    propertiesWithHistory: z.record(z.string(), z.array(historyEntrySchema)).nullish(),
    createdAt: instantSchema.nullish(),
    updatedAt: instantSchema.nullish(),
  })
  .transform((record) => ({
    id: record.id,
    properties: record.properties,
    history: historyOf(record.propertiesWithHistory ?? {}),
    createdAt: record.createdAt ?? null,
    updatedAt: record.updatedAt ?? null,
  }));

/** A record read from HubSpot; instants in milliseconds, history newest first. */
export type HubSpotRecord = z.infer<typeof recordSchema>;

/** The link to the next page of an answer. */
export const pagingSchema = z.object({ next: z.object({ after: z.coerce.string() }).nullish() }).nullish();

/** Returns the cursor of the next page, or undefined on the last. */
export function nextAfter(paging: z.infer<typeof pagingSchema>): string | undefined {
  return paging?.next?.after;
}

type Entry = z.infer<typeof historyEntrySchema>;

function historyOf(history: { [property: string]: Entry[] }) {
  return Object.fromEntries(
    Object.entries(history).map(([property, entries]) => [
      property,
      entries.map((entry) => ({ value: entry.value ?? null, timestamp: entry.timestamp })),
    ]),
  );
}
