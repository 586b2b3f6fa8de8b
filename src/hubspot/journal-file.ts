import { z } from "zod";
import { parseExactJson } from "./exact-json.ts";
import { HubSpotError } from "./hubspot-error.ts";
import { idSchema, instantSchema } from "./record-answer.ts";

const ANSWER_MS = 30_000;
/** HubSpot's files hold up to 10,000 events or 5 MB; what is this large is none of them. */
const MOST_BYTES = 32 * 1024 * 1024;

// HubSpot documents the actions, and that events name portal, instant and record so; how they name the list is not documented.
const eventSchema = z.object({
  portalId: idSchema,
  action: z.enum(["ADDED_TO_LIST", "REMOVED_FROM_LIST"]),
  occurredAt: instantSchema.optional().catch(undefined),
  listId: idSchema.optional().catch(undefined),
  objectId: idSchema.optional().catch(undefined),
  recordId: idSchema.optional().catch(undefined),
});
const fileSchema = z.object({ journalEvents: z.array(z.unknown()) });

/** That a record entered or left a list; what the event does not say in a known way is absent. */
export type MembershipEvent = {
  readonly portal: string;
  readonly isMember: boolean;
  readonly listId: string | undefined;
  readonly recordId: string | undefined;
  /** Milliseconds since 1970. */
  readonly occurredAt: number | undefined;
};

/** The error of a file that can be used neither now nor later. */
function unreadable(status: number, why: string): HubSpotError {
  return new HubSpotError({ code: "UNREADABLE", status, retry: "never", category: why });
}

/** The error of a file that could not be had this time. */
function unreachable(why: string, options?: ErrorOptions): HubSpotError {
  return new HubSpotError({ code: "NETWORK", status: 0, retry: "later", category: why }, options);
}

function checkedAddress(url: string, apiUrl: string): URL {
  const address = new URL(url);
  const isSafe = address.protocol === "https:" || address.origin === new URL(apiUrl).origin;
  if (!isSafe) throw unreadable(0, "the journal file's address is not https");
  return address;
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES)
      throw unreadable(answer.status, `the journal file is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function download(address: URL): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await fetch(address, { signal });
    if (answer.status !== 200) throw unreachable(`the journal file was answered with ${answer.status}`);
    return await textOf(answer);
  } catch (error) {
    if (error instanceof HubSpotError) throw error;
    throw unreachable("the journal file could not be loaded", { cause: error });
  }
}

function membershipsIn(text: string): MembershipEvent[] {
  const { journalEvents } = fileSchema.parse(parseExactJson(text));
  return journalEvents.flatMap((event) => {
    const { data } = eventSchema.safeParse(event);
    if (!data) return [];
    const { portalId: portal, action, listId, occurredAt } = data;
    const recordId = data.objectId ?? data.recordId;
    return { portal, isMember: action === "ADDED_TO_LIST", listId, recordId, occurredAt };
  });
}

/**
 * Loads a file of the journal, which lies on another host and takes no token, and returns who entered or left a list,
 * in the file's order; events of other kinds are left out.
 * @throws HubSpotError `UNREADABLE` for a file that will never do, `NETWORK` for one that could not be had this time.
 */
export async function loadMembershipEvents(url: string, apiUrl: string): Promise<MembershipEvent[]> {
  const text = await download(checkedAddress(url, apiUrl));
  try {
    return membershipsIn(text);
  } catch {
    throw unreadable(200, "the journal file is not as documented");
  }
}
