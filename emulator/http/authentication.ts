import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { ApiError } from "./api-error.ts";

const ACCESS_TOKEN_SECONDS = 1800;

type Grant = { readonly refreshToken: string; readonly expiresAt: number };
export type TokenBook = {
  readonly staticToken: string;
  readonly clock: Clock;
  readonly grants: Map<string, Grant>;
  readonly refreshTokens: Set<string>;
};

/** Returns the tokens that the portal accepts: the static one, and those given out later. */
export function createTokenBook(staticToken: string, clock: Clock): TokenBook {
  return { staticToken, clock, grants: new Map(), refreshTokens: new Set() };
}

/** Gives out an access token for 1800 s of the portal's clock; the refresh token is made when none is given. */
export function grantToken(book: TokenBook, refreshToken = `na1-${randomUUID()}`) {
  const accessToken = randomUUID();
  book.refreshTokens.add(refreshToken);
  book.grants.set(accessToken, { refreshToken, expiresAt: book.clock.now() + ACCESS_TOKEN_SECONDS * 1000 });
  return { accessToken, refreshToken, expiresInSeconds: ACCESS_TOKEN_SECONDS };
}

/** Takes back a refresh token and every access token given for it. */
export function revokeToken(book: TokenBook, refreshToken: string): void {
  book.refreshTokens.delete(refreshToken);
  for (const [token, grant] of book.grants)
    if (grant.refreshToken === refreshToken) book.grants.delete(token);
}

/** Returns how many seconds an access token is still good for: undefined when it is not. */
export function secondsLeft(book: TokenBook, token: string): number | undefined {
  if (token === book.staticToken) return ACCESS_TOKEN_SECONDS;
  const grant = book.grants.get(token);
  const left = grant ? Math.floor((grant.expiresAt - book.clock.now()) / 1000) : 0;
  return left > 0 ? left : undefined;
}

/** Throws HubSpot's 401 unless the Authorization header carries a token that is good now. */
export function authenticate(book: TokenBook, authorization: string | undefined): void {
  const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  if (token !== undefined && secondsLeft(book, token) !== undefined) return;
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
