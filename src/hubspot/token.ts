/** Gives the bearer token of one portal, fresh enough for a call made now. */
export type TokenProvider = { token(): Promise<string> };

/** Returns a provider of a token that neither expires nor changes. */
export function staticToken(token: string): TokenProvider {
  return { token: () => Promise.resolve(token) };
}
