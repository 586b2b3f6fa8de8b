import { z } from "zod";
import type { EngagementEvent } from "../scoring/record.ts";
import type { HubSpotClient } from "./client.ts";
import { idSchema, instantSchema, nextAfter, pagingSchema } from "./record-answer.ts";

const pageSize = "100";

const threadSchema = z.object({
  id: idSchema,
  associatedContactId: idSchema.nullish(),
  createdAt: instantSchema,
  latestMessageTimestamp: instantSchema.nullish(),
  originalChannelId: idSchema.nullish(),
  spam: z.boolean().nullish(),
});

/** A conversation; its contact's id is a visitor's, which no contact has, until the contact is known. */
export type Thread = z.infer<typeof threadSchema>;

/** Returns up to 100 conversations in which something was said after an instant (ms), or all there are, by page. */
export async function listThreads(
  client: HubSpotClient,
  { saidAfter, after }: { readonly saidAfter?: number | undefined; readonly after?: string | undefined },
): Promise<{ readonly threads: readonly Thread[]; readonly after: string | undefined }> {
  const since = saidAfter !== undefined && {
    sort: "latestMessageTimestamp",
    latestMessageTimestampAfter: new Date(saidAfter).toISOString(),
  };
  const { results, paging } = await client.request({
    method: "GET",
    path: `/conversations/conversations/${client.version}/threads`,
    query: { limit: pageSize, after, ...since },
    answer: z.object({ results: z.array(threadSchema), paging: pagingSchema }),
  });
  return { threads: results, after: nextAfter(paging) };
}

/** Returns the names of the account's channels (live chat, e-mail, …) by id. */
export async function listChannels(client: HubSpotClient): Promise<Map<string, string>> {
  const { results } = await client.request({
    method: "GET",
    path: `/conversations/conversations/${client.version}/channels`,
    answer: z.object({ results: z.array(z.object({ id: idSchema, name: z.string() })) }),
  });
  return new Map(results.map(({ id, name }) => [id, name]));
}

/** Returns the event that a conversation began with and the id that names its contact; undefined for spam and nobody's. */
export function threadEvent(
  { id, associatedContactId, createdAt, originalChannelId, spam }: Thread,
  channels: ReadonlyMap<string, string>,
): { readonly contactId: string; readonly event: EngagementEvent } | undefined {
  if (!associatedContactId || spam === true) return undefined;
  const channel = originalChannelId && (channels.get(originalChannelId) ?? originalChannelId);
  const event = {
    ...{ id: `conversation:${id}`, type: "conversation_started", occurredAt: createdAt },
    properties: channel ? { channel } : {},
  };
  return { contactId: associatedContactId, event };
}
