import type { Queryable } from "./database.ts";

/** A key of a customer's system, for people; nothing of it opens anything. */
export type ApiKeyLine = {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly contactProperty: string | null;
  readonly createdAt: string;
  readonly usedAt: string | null;
  readonly revokedAt: string | null;
};

/** A key in force, with what a presented secret is checked against. */
export type ApiKey = Pick<ApiKeyLine, "keyId" | "scopes" | "contactProperty"> & {
  readonly salt: Buffer;
  readonly digest: Buffer;
};

export type NewApiKey = Omit<ApiKey, "contactProperty"> & {
  readonly name: string;
  readonly contactProperty: string | undefined;
};

/** How many requests a key may make: `burst` at once, `perSecond` in the long run. */
export type KeyRate = { readonly burst: number; readonly perSecond: number };

/** Adds a key. */
export async function addApiKey(db: Queryable, portal: string, key: NewApiKey, burst: number): Promise<void> {
  await db.query(
    `insert into api_keys (portal_id, key_id, name, scopes, contact_property, salt, digest, allowance)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [portal, key.keyId, key.name, key.scopes, key.contactProperty ?? null, key.salt, key.digest, burst],
  );
}

/** The key of this id, or undefined where there is none in force. */
export async function findApiKey(db: Queryable, portal: string, keyId: string): Promise<ApiKey | undefined> {
  const [row] = await db.query<ApiKey>(
    `select key_id as "keyId", scopes, contact_property as "contactProperty", salt, digest from api_keys
     where portal_id = $1 and key_id = $2 and revoked_at is null`,
    [portal, keyId],
  );
  return row;
}

/** The portal's keys, the revoked ones too, oldest first. */
export async function listApiKeys(db: Queryable, portal: string): Promise<ApiKeyLine[]> {
  return db.query<ApiKeyLine>(
    `select key_id as "keyId", name, scopes, contact_property as "contactProperty", created_at::text as "createdAt",
       used_at::text as "usedAt", revoked_at::text as "revokedAt"
     from api_keys where portal_id = $1 order by created_at, key_id`,
    [portal],
  );
}

/** Ends a key. False where there is none of this id in force. */
export async function revokeApiKey(db: Queryable, portal: string, keyId: string): Promise<boolean> {
  const rows = await db.query(
    "update api_keys set revoked_at = now() where portal_id = $1 and key_id = $2 and revoked_at is null returning 1",
    [portal, keyId],
  );
  return rows.length > 0;
}

/** Takes one request from the key's allowance, which fills up with time. False where nothing is left of it. */
export async function takeRequest(
  db: Queryable,
  portal: string,
  keyId: string,
  { burst, perSecond }: KeyRate,
): Promise<boolean> {
  const filled = `least($3, allowance + $4 * extract(epoch from clock_timestamp() - allowance_at))`;
  const rows = await db.query(
    `update api_keys set allowance = ${filled} - 1, allowance_at = clock_timestamp(), used_at = clock_timestamp()
     where portal_id = $1 and key_id = $2 and ${filled} >= 1 returning 1`,
    [portal, keyId, burst, perSecond],
  );
  return rows.length > 0;
}

/** The contact properties that external ids of keys in force are values of. */
export async function keyProperties(db: Queryable, portal: string): Promise<string[]> {
  const rows = await db.query<{ property: string }>(
    `select distinct contact_property as property from api_keys
     where portal_id = $1 and revoked_at is null and contact_property is not null order by 1`,
    [portal],
  );
  return rows.map((row) => row.property);
}
