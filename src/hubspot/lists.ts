import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { expectStatus } from "./hubspot-error.ts";
import { objectNameOf } from "./object-types.ts";
import { idSchema, instantSchema, nextAfter, pagingSchema } from "./record-answer.ts";

const pageSize = 100;

const listSchema = z
  .object({ listId: idSchema, name: z.string(), objectTypeId: z.string(), processingType: z.string() })
  .transform((list) => ({
    id: list.listId,
    name: list.name,
    object: objectNameOf(list.objectTypeId),
    processingType: list.processingType,
  }));

const membershipsSchema = z.object({
  results: z.array(z.object({ recordId: idSchema, membershipTimestamp: instantSchema.nullish() })),
  paging: pagingSchema,
});

/** A list (HubSpot's "segment") of records of one type. */
export type RecordList = z.infer<typeof listSchema>;

/** Returns a list by its id, or undefined where the portal has none. */
export async function getList(client: HubSpotClient, id: string): Promise<RecordList | undefined> {
  const path = `/crm/lists/${client.version}/${encodeURIComponent(id)}`;
  const answer = z.object({ list: listSchema });
  const found = await client.request({ method: "GET", path, answer }).catch(expectStatus(404));
  return found?.list;
}

/** Returns those of these lists that the portal has, in one call. */
export async function getLists(client: HubSpotClient, ids: readonly string[]): Promise<RecordList[]> {
  if (ids.length === 0) return [];
  const { lists } = await client.request({
    method: "GET",
    path: `/crm/lists/${client.version}`,
    query: { listIds: ids },
    answer: z.object({ lists: z.array(listSchema) }),
  });
  return lists;
}

/** Yields the record ids of a list, a page of up to 100 at a time, in id order. */
export async function* listMemberships(
  client: HubSpotClient,
  listId: string,
): AsyncGenerator<string[], void> {
  let after: string | undefined;
  do {
    const page: z.infer<typeof membershipsSchema> = await client.request({
      method: "GET",
      path: `/crm/lists/${client.version}/${encodeURIComponent(listId)}/memberships`,
      query: { limit: String(pageSize), after },
      answer: membershipsSchema,
    });
    yield page.results.map((membership) => membership.recordId);
    after = nextAfter(page.paging);
  } while (after !== undefined);
}
