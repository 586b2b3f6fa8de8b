import { randomUUID } from "node:crypto";
import { ApiError } from "./api-error.ts";

/** How the app's tokens behave, in every portal. */
export type TokenSettings = {
  /** Seconds that an access token is good for, of real time. */
  seconds: number;
  /** Whether a refresh gives a new refresh token and ends the old one. */
  rotates: boolean;
};

type Grant = { readonly refreshToken: string; readonly scopes: readonly string[]; expiresAt: number };
export type TokenBook = {
  readonly staticToken: string;
  readonly settings: TokenSettings;
  readonly grants: Map<string, Grant>;
  /** Scopes by refresh token: the app is installed while there is one. */
  readonly refreshTokens: Map<string, readonly string[]>;
  /** Access tokens that were taken back, so that their calls still show whose they are. */
  readonly former: Set<string>;
};

/** Returns the tokens that a portal accepts: the static one, and those given out later. */
export function createTokenBook(staticToken: string, settings: TokenSettings): TokenBook {
  return { staticToken, settings, grants: new Map(), refreshTokens: new Map(), former: new Set() };
}

/** Gives out an access token for the app's scopes; the refresh token is made when none is given. */
export function grantToken(
  book: TokenBook,
  scopes: readonly string[],
  refreshToken = `na1-${randomUUID()}`,
): { accessToken: string; refreshToken: string; expiresInSeconds: number } {
  const accessToken = randomUUID();
  const { seconds } = book.settings;
  book.refreshTokens.set(refreshToken, scopes);
  book.grants.set(accessToken, { refreshToken, scopes, expiresAt: performance.now() + seconds * 1000 });
  return { accessToken, refreshToken, expiresInSeconds: seconds };
}

/** Gives out a fresh access token for a refresh token that is good, else undefined. */
export function refreshGrant(book: TokenBook, refreshToken: string) {
  const scopes = book.refreshTokens.get(refreshToken);
  if (!scopes) return undefined;
  if (!book.settings.rotates) return { scopes, ...grantToken(book, scopes, refreshToken) };
  book.refreshTokens.delete(refreshToken);
  return { scopes, ...grantToken(book, scopes) };
}

/** Takes back a refresh token and every access token given for it. */
export function revokeToken(book: TokenBook, refreshToken: string): void {
  book.refreshTokens.delete(refreshToken);
  for (const [token, grant] of book.grants) if (grant.refreshToken === refreshToken) takeBack(book, token);
}

/** Takes back everything that was ever given out: the app is uninstalled. */
export function revokeAll(book: TokenBook): void {
  book.refreshTokens.clear();
  for (const token of [...book.grants.keys()]) takeBack(book, token);
}

function takeBack(book: TokenBook, accessToken: string): void {
  book.grants.delete(accessToken);
  book.former.add(accessToken);
}

/** Ends the time of every access token; refresh tokens stay good. */
export function expireTokens(book: TokenBook): void {
  for (const grant of book.grants.values()) grant.expiresAt = performance.now();
}

/** Returns how many seconds an access token is still good for: undefined when it is not. */
export function secondsLeft(book: TokenBook, token: string): number | undefined {
  if (token === book.staticToken) return book.settings.seconds;
  const grant = book.grants.get(token);
  const left = grant ? (grant.expiresAt - performance.now()) / 1000 : 0;
  return left > 0 ? Math.floor(left) : undefined;
}

/** Tells whether the book gave out an access token, good or not. */
export function knowsToken(book: TokenBook, token: string): boolean {
  return token === book.staticToken || book.grants.has(token) || book.former.has(token);
}

/** Returns the token of an Authorization header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
}

/**
 * Returns the scopes of the token that the Authorization header carries, "all" of the static one; throws HubSpot's 401
 * unless it is good now.
 */
export function authenticate(
  book: TokenBook,
  authorization: string | undefined,
): ReadonlySet<string> | "all" {
  const token = bearerOf(authorization);
  if (token !== undefined && secondsLeft(book, token) !== undefined)
    return token === book.staticToken ? "all" : new Set(book.grants.get(token)?.scopes);
  if (token !== undefined && book.grants.has(token)) {
    throw new ApiError(401, {
      message: "The OAuth token used to make this call has expired.",
      category: "EXPIRED_AUTHENTICATION",
    });
  }
  throw new ApiError(401, {
    message: "Authentication credentials not found. This API supports OAuth 2.0 authentication.",
    category: "INVALID_AUTHENTICATION",
  });
}
