import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { objectPathOf } from "./object-types.ts";
import { idSchema } from "./record-answer.ts";

const pageSize = 200;
/** HubSpot refuses searches whose body is longer (characters). */
const longestBody = 3_000;

/**
 * Where to go on: at the records modified since an instant (ms), or, where more records share
 * one instant than a page holds, at those of that very instant above an id.
 */
export type ModifiedCursor = { readonly since: number } | { readonly at: number; readonly aboveId: string };

/** A record, the instant of its last change (ms), and its values: undefined where their names are too many for a search. */
export type ModifiedRecord = {
  readonly id: string;
  readonly modifiedAt: number;
  readonly values: { readonly [property: string]: string | null } | undefined;
};

/** One page of changed records; without `next` the search has caught up. */
export type ModifiedPage = {
  readonly records: readonly ModifiedRecord[];
  readonly next: ModifiedCursor | undefined;
};

/**
 * Returns up to 200 records by the instant of their last change, from the cursor on, with the values of these properties.
 * Pages by value, not by offset: HubSpot's search ends at 10,000 results, and records move while they are
 * paged. Records of the instant where two pages meet come twice. The index lags by some moments.
 */
export async function searchModified(
  client: HubSpotClient,
  object: string,
  cursor: ModifiedCursor,
  properties: readonly string[] = [],
): Promise<ModifiedPage> {
  const property = object === "contact" ? "lastmodifieddate" : "hs_lastmodifieddate";
  const bodyOf = (names: readonly string[]) => ({
    ...criteriaOf(cursor, property),
    ...{ properties: [property, ...names], limit: pageSize },
  });
  const isWhole = JSON.stringify(bodyOf(properties)).length <= longestBody;
  const page = await client.request({
    method: "POST",
    path: `/crm/objects/${client.version}/${objectPathOf(object)}/search`,
    kind: "search",
    body: bodyOf(isWhole ? properties : []),
    answer: answerSchema(property),
  });
  const records = page.results.map((one) => (isWhole ? one : { ...one, values: undefined }));
  return { records, next: cursorAfter(cursor, records) };
}

function criteriaOf(cursor: ModifiedCursor, property: string) {
  if ("since" in cursor) {
    const filters = [{ propertyName: property, operator: "GTE", value: String(cursor.since) }];
    return { filterGroups: [{ filters }], sorts: [{ propertyName: property, direction: "ASCENDING" }] };
  }
  const filters = [
    { propertyName: property, operator: "EQ", value: String(cursor.at) },
    { propertyName: "hs_object_id", operator: "GT", value: cursor.aboveId },
  ];
  return { filterGroups: [{ filters }], sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }] };
}

function cursorAfter(cursor: ModifiedCursor, records: readonly ModifiedRecord[]): ModifiedCursor | undefined {
  const last = records.at(-1);
  const isFull = last !== undefined && records.length >= pageSize;
  if ("since" in cursor) {
    if (!isFull) return undefined;
    return last.modifiedAt > cursor.since ? { since: last.modifiedAt } : { at: cursor.since, aboveId: "0" };
  }
  return isFull ? { at: cursor.at, aboveId: last.id } : { since: cursor.at + 1 };
}

const instantText = z.string().transform((text, context) => {
  const instant = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(instant)) context.addIssue("no instant");
  return instant;
});

function answerSchema(property: string) {
  const record = z
    .object({ id: idSchema, properties: z.record(z.string(), z.string().nullable()) })
    .transform(({ id, properties }, context): ModifiedRecord => {
      const modifiedAt = instantText.safeParse(properties[property]);
      if (!modifiedAt.success) context.addIssue(`no instant in ${property}`);
      return { id, modifiedAt: modifiedAt.data ?? 0, values: properties };
    });
  return z.object({ results: z.array(record) });
}
