import { z } from "zod";
import { objectNameOf } from "../src/hubspot/object-types.ts";
import { checkSignature, type SignedRequest } from "../src/hubspot/signature.ts";

/** A request as received; `url` is path and query, untouched. */
export type ReceivedCall = Omit<SignedRequest, "uri"> & { readonly url: string };

/** What a call is checked against; `publicUrl` is the address that HubSpot calls, `now` in ms. */
export type CallRules = {
  readonly publicUrl: string;
  readonly secrets: readonly string[];
  readonly now: number;
};

/** A call that HubSpot signed: the portal it came from, and its query. */
export type CardCall = { readonly portal: string; readonly query: URLSearchParams; readonly body: Buffer };

/** Why a call is refused: by its signature (401), or by what it says (400). */
export type CallFault = "signature" | "portal";

/** The values of a parameter that must stand exactly once. */
function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/**
 * Returns the call of a UI extension, or why it is refused. HubSpot appends the portal's id to the query that the page
 * asked for and signs the whole, so a query that names a portal twice is not to be trusted.
 */
export function readCardCall(call: ReceivedCall, rules: CallRules): CardCall | CallFault {
  const uri = rules.publicUrl.replace(/\/+$/, "") + call.url;
  const { secrets, now } = rules;
  if (!checkSignature({ ...call, uri }, { secrets, now, fallback: "v2" }).ok) return "signature";
  const query = new URL(uri).searchParams;
  const portal = single(query, "portalId");
  if (portal === undefined || !/^\d{1,20}$/.test(portal)) return "portal";
  return { portal, query, body: call.body };
}

const idSchema = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
const recordSchema = z.object({
  objectTypeId: z
    .string()
    .regex(/^\d{1,3}-\d{1,20}$/)
    .transform(objectNameOf),
  objectId: idSchema,
});
const resetSchema = recordSchema.extend({ score: idSchema });

/** A record as a card names it. */
export type NamedRecord = { readonly object: string; readonly id: string };

/** Returns the record that a call's query names, or undefined where it names none properly. */
export function recordInQuery({ query }: CardCall): NamedRecord | undefined {
  const named = { objectTypeId: single(query, "objectTypeId"), objectId: single(query, "objectId") };
  const parsed = recordSchema.safeParse(named);
  return parsed.success ? { object: parsed.data.objectTypeId, id: parsed.data.objectId } : undefined;
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Returns the record that a call's body names, or undefined where it names none properly. */
export function recordInBody({ body }: CardCall): NamedRecord | undefined {
  const parsed = recordSchema.safeParse(readJson(body));
  return parsed.success ? { object: parsed.data.objectTypeId, id: parsed.data.objectId } : undefined;
}

/** Returns the record and the score (its id) that a call's body names, or undefined where it does not name both. */
export function resetInBody({ body }: CardCall): (NamedRecord & { readonly score: string }) | undefined {
  const parsed = resetSchema.safeParse(readJson(body));
  if (!parsed.success) return undefined;
  const { objectTypeId: object, objectId: id, score } = parsed.data;
  return { object, id, score };
}
