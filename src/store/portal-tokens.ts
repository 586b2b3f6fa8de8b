import type { Queryable } from "./database.ts";
import type { KeyRing } from "./key-ring.ts";

/** A portal's tokens as stored, opened; times are by the database's clock. */
export type StoredTokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Rises with every renewal. */
  readonly generation: number;
  /** Milliseconds that the access token is still good for, was good for when issued, and has been there. */
  readonly leftMs: number;
  readonly lifetimeMs: number;
  readonly ageMs: number;
  /** Whether HubSpot had refused the access token before this one. */
  readonly isReplacement: boolean;
  /** How often HubSpot refused this refresh token, and how long ago (ms) it last did. */
  readonly refusals: number;
  readonly refusedMs: number | null;
};

/** Tokens to store. */
export type NewTokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInMs: number;
  /** Left as they are where the answer names none. */
  readonly scopes: readonly string[] | undefined;
  readonly isReplacement: boolean;
};

const place = (portal: string, kind: "access" | "refresh"): string => `portal ${portal} ${kind}`;

/** Stores a portal's tokens, sealed for it, in place of those it had. */
export async function saveTokens(
  tx: Queryable,
  keys: KeyRing,
  portal: string,
  tokens: NewTokens,
): Promise<void> {
  const access = keys.seal(tokens.accessToken, place(portal, "access"));
  const refresh = keys.seal(tokens.refreshToken, place(portal, "refresh"));
  await tx.query(
    `insert into portal_tokens as t (portal_id, access_token, refresh_token, key_id, scopes, is_replacement, issued_at, expires_at)
     values ($1, $2, $3, $4, coalesce($5::text[], '{}'), $6, clock_timestamp(), clock_timestamp() + $7 * interval '1 millisecond')
     on conflict (portal_id) do update set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
       key_id = excluded.key_id, scopes = coalesce($5::text[], t.scopes), is_replacement = excluded.is_replacement,
       issued_at = excluded.issued_at, expires_at = excluded.expires_at, generation = t.generation + 1,
       refusals = 0, refused_at = null`,
    [
      ...[portal, access.bytes, refresh.bytes, access.keyId, tokens.scopes ?? null],
      ...[tokens.isReplacement, tokens.expiresInMs],
    ],
  );
}

type Row = Omit<StoredTokens, "accessToken" | "refreshToken"> & {
  readonly access: Buffer;
  readonly refresh: Buffer;
  readonly keyId: string;
};

/** The portal's tokens, or undefined where it has none; `lock` holds them to the end of the transaction. */
export async function loadTokens(
  db: Queryable,
  keys: KeyRing,
  portal: string,
  lock: { readonly forUpdate: boolean } = { forUpdate: false },
): Promise<StoredTokens | undefined> {
  // Waiting for the lock takes time, so the clock is read behind it.
  const [row] = await db.query<Row>(
    `with t as materialized (select * from portal_tokens where portal_id = $1 ${lock.forUpdate ? "for update" : ""})
     select access_token as access, refresh_token as refresh, key_id as "keyId", generation,
       (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "leftMs",
       (extract(epoch from expires_at - issued_at) * 1000)::float8 as "lifetimeMs",
       (extract(epoch from clock_timestamp() - issued_at) * 1000)::float8 as "ageMs",
       is_replacement as "isReplacement", refusals,
       (extract(epoch from clock_timestamp() - refused_at) * 1000)::float8 as "refusedMs" from t`,
    [portal],
  );
  if (!row) return undefined;
  const { access, refresh, keyId, ...rest } = row;
  return {
    ...rest,
    accessToken: keys.open({ keyId, bytes: access }, place(portal, "access")),
    refreshToken: keys.open({ keyId, bytes: refresh }, place(portal, "refresh")),
  };
}

/** Notes that HubSpot refused a renewal of the portal's tokens; `isOfGrant` where it was the refresh token's fault. */
export async function noteRefusal(tx: Queryable, portal: string, isOfGrant: boolean): Promise<void> {
  await tx.query(
    "update portal_tokens set refusals = refusals + $2::int, refused_at = clock_timestamp() where portal_id = $1",
    [portal, isOfGrant ? 1 : 0],
  );
}

/** Forgets the portal's tokens. */
export async function deleteTokens(tx: Queryable, portal: string): Promise<void> {
  await tx.query("delete from portal_tokens where portal_id = $1", [portal]);
}

/** Seals the portal's tokens anew under the key in use; false where they are already, or there are none. */
export async function resealTokens(tx: Queryable, keys: KeyRing, portal: string): Promise<boolean> {
  const [row] = await tx.query<{ access: Buffer; refresh: Buffer; keyId: string }>(
    `select access_token as access, refresh_token as refresh, key_id as "keyId" from portal_tokens
     where portal_id = $1 and key_id <> $2 for update`,
    [portal, keys.currentId],
  );
  if (!row) return false;
  const reseal = (bytes: Buffer, kind: "access" | "refresh"): Buffer =>
    keys.seal(keys.open({ keyId: row.keyId, bytes }, place(portal, kind)), place(portal, kind)).bytes;
  await tx.query(
    "update portal_tokens set access_token = $2, refresh_token = $3, key_id = $4 where portal_id = $1",
    [portal, reseal(row.access, "access"), reseal(row.refresh, "refresh"), keys.currentId],
  );
  return true;
}

/** The scopes that each portal connected by OAuth has granted. */
export async function grantedScopes(db: Queryable): Promise<Map<string, readonly string[]>> {
  const rows = await db.query<{ portal: string; scopes: string[] }>(
    "select portal_id as portal, scopes from portal_tokens",
  );
  return new Map(rows.map(({ portal, scopes }) => [portal, scopes]));
}
