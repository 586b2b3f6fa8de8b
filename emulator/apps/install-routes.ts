import { noContent } from "../http/answer.ts";
import { revokeAll, type TokenBook } from "../http/authentication.ts";
import type { Route } from "../http/route.ts";

/** Returns the route by which an app uninstalls itself from the portal of its token; older and dated paths are taken. */
export function installRoutes(tokens: TokenBook): readonly Route[] {
  return ["v3", ":version"].map((version) => ({
    method: "DELETE",
    path: `/appinstalls/${version}/external-install`,
    handle: () => {
      revokeAll(tokens);
      return noContent();
    },
  }));
}
