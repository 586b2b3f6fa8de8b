import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type ApiKey, addApiKey, findApiKey, type KeyRate } from "../store/api-keys.ts";
import type { Queryable } from "../store/database.ts";

/** What keys may be allowed to do: send events to `/v1/events`, read `/api`. */
export const KEY_SCOPES = ["events", "api"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** Requests that one key may make: 100 at once, 20 a second in the long run. */
export const KEY_RATE: KeyRate = { burst: 100, perSecond: 20 };

const KEY = /^sk_([0-9]{1,20})_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$/;

export type KeyRequest = {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly contactProperty: string | undefined;
};

/** The key that a request presents, by portal and id. */
export type PresentedKey = ApiKey & { readonly portal: string };

// The secret is 32 random bytes, which no dictionary holds: one round of hashing is enough for it.
function digestOf(secret: string, salt: Buffer): Buffer {
  return createHash("sha256").update(salt).update(secret).digest();
}

/** Makes a key and returns its text, which is stored nowhere: `sk_<portal>_<id>_<secret>`; the id stays visible. */
export async function createApiKey(
  db: Queryable,
  portal: string,
  { name, scopes, contactProperty }: KeyRequest,
): Promise<{ readonly keyId: string; readonly key: string }> {
  const keyId = randomBytes(4).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  const salt = randomBytes(16);
  const digest = digestOf(secret, salt);
  await addApiKey(db, portal, { keyId, name, scopes, contactProperty, salt, digest }, KEY_RATE.burst);
  return { keyId, key: `sk_${portal}_${keyId}_${secret}` };
}

/** Returns the key in force that the text is, or undefined. */
export async function presentedKey(db: Queryable, text: string): Promise<PresentedKey | undefined> {
  const [, portal = "", keyId = "", secret = ""] = KEY.exec(text) ?? [];
  if (secret === "") return undefined;
  const key = await findApiKey(db, portal, keyId);
  const isRight = key !== undefined && timingSafeEqual(digestOf(secret, key.salt), key.digest);
  return isRight ? { ...key, portal } : undefined;
}
