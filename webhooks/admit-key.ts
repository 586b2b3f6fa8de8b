import { KEY_RATE, type KeyScope, type PresentedKey, presentedKey } from "../src/portals/api-keys.ts";
import { takeRequest } from "../src/store/api-keys.ts";
import type { Queryable } from "../src/store/database.ts";
import { findPortal } from "../src/store/portals.ts";
import { type KeyedAnswer, refusal } from "./send-answer.ts";

const DOES: { readonly [Scope in KeyScope]: string } = { events: "send events", api: "read the API" };

/** Returns the key in force that an authorization header presents, or the answer to a request that may not do this (any more now). */
export async function admitKey(
  db: Queryable,
  authorization: string | undefined,
  scope: KeyScope,
): Promise<PresentedKey | KeyedAnswer> {
  const key = await presentedKey(db, /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  if (!key) return refusal(401, "BAD_KEY", "a key in force is needed: Authorization: Bearer sk_…");
  if (!key.scopes.includes(scope)) {
    const cure = `make one that may with \`scorekeeper portal key create --name … --for ${scope}\``;
    return refusal(403, "MISSING_SCOPE", `this key may not ${DOES[scope]}: ${cure}`);
  }
  const portal = await findPortal(db, key.portal);
  if (!portal || portal.status === "uninstalled") return refusal(403, "NOT_CONNECTED");
  if (await takeRequest(db, key.portal, key.keyId, KEY_RATE)) return key;
  return { ...refusal(429, "TOO_MANY_CALLS"), retryAfter: 1 };
}
