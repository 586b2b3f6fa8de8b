import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { objectPathOf } from "./object-types.ts";
import { type HubSpotRecord, nextAfter, pagingSchema, recordSchema } from "./record-answer.ts";

const pageSize = 100;
const batchSize = 100;
const historyBatchSize = 50;

const pageSchema = z.object({ results: z.array(recordSchema), paging: pagingSchema });
const batchSchema = z.object({ results: z.array(recordSchema) });

/** One page of records, and the cursor of the next. */
export type RecordPage = { readonly records: readonly HubSpotRecord[]; readonly after: string | undefined };

/** Records found by id, and the ids that HubSpot holds no record for. */
export type RecordBatch = { readonly found: readonly HubSpotRecord[]; readonly missing: readonly string[] };

/** Which properties to read, with their recorded values where named in `withHistory`. */
export type Wanted = { readonly properties: readonly string[]; readonly withHistory?: readonly string[] };

/** Returns up to 100 records in id order with these properties, from the cursor on. */
export async function listRecords(
  client: HubSpotClient,
  object: string,
  properties: readonly string[],
  after?: string,
): Promise<RecordPage> {
  const page = await client.request({
    method: "GET",
    path: `/crm/objects/${client.version}/${objectPathOf(object)}`,
    query: {
      limit: String(pageSize),
      after,
      properties: properties.length > 0 ? properties.join(",") : undefined,
    },
    answer: pageSchema,
  });
  return { records: page.results, after: nextAfter(page.paging) };
}

/** Returns the records with these ids, read in batches of 100, or 50 where recorded values are wanted. */
export async function readRecords(
  client: HubSpotClient,
  object: string,
  ids: readonly string[],
  wanted: Wanted,
): Promise<RecordBatch> {
  const size = (wanted.withHistory ?? []).length > 0 ? historyBatchSize : batchSize;
  const asked = [...new Set(ids)];
  const found: HubSpotRecord[] = [];
  for (let start = 0; start < asked.length; start += size) {
    found.push(...(await readBatch(client, object, asked.slice(start, start + size), wanted)));
  }
  const foundIds = new Set(found.map((record) => record.id));
  return { found, missing: asked.filter((id) => !foundIds.has(id)) };
}

async function readBatch(client: HubSpotClient, object: string, ids: readonly string[], wanted: Wanted) {
  const answer = await client.request({
    method: "POST",
    path: `/crm/objects/${client.version}/${objectPathOf(object)}/batch/read`,
    body: {
      properties: wanted.properties,
      propertiesWithHistory: wanted.withHistory ?? [],
      inputs: ids.map((id) => ({ id })),
    },
    answer: batchSchema,
  });
  return answer.results;
}
