import { z } from "zod";
import type { OAuthApp } from "../apps/oauth-app.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import { ApiError, invalidRequest, notFound } from "../http/api-error.ts";
import { bearerOf } from "../http/authentication.ts";
import { missingScopes } from "../http/permissions.ts";
import { type ApiRequest, idText, param, parseBody, type Route } from "../http/route.ts";
import { isoText } from "../instant.ts";
import type { Sites } from "../portal-site.ts";
import type { Journal, JournalSubscription } from "./journal.ts";

const FILE_MS = 900_000;

const upsert = z.object({
  subscriptionType: z.literal("LIST_MEMBERSHIP"),
  portalId: z.int(),
  actions: z.array(z.enum(["ADDED_TO_LIST", "REMOVED_FROM_LIST"])).min(1),
  listIds: z.array(idText).min(1),
  objectIds: z.array(idText).max(0),
});

/** Throws HubSpot's refusal unless the Authorization header carries a token of the app itself with one of the journal's scopes. */
export function allowJournalCall(
  app: OAuthApp,
  call: { readonly method: string; readonly path: string; readonly authorization: string | undefined },
): void {
  const held = app.appTokens.get(bearerOf(call.authorization) ?? "");
  if (!held || held.expiresAt <= performance.now())
    throw new ApiError(401, {
      message: "This API takes client credentials tokens.",
      category: "INVALID_AUTHENTICATION",
    });
  const isSubscription = call.path.startsWith("/webhooks-journal/subscriptions/");
  const part = isSubscription ? `subscriptions.${call.method === "GET" ? "read" : "write"}` : "read";
  const scope = `developer.webhooks_journal.${part}`;
  if (!app.settings.journal || !held.scopes.includes(scope)) throw missingScopes([scope]);
}

/** Returns the journal's routes: subscriptions to list members, and its entries. */
export function journalRoutes(journal: Journal, sites: Sites): readonly Route[] {
  const subscriptions = "/webhooks-journal/subscriptions/:version";
  const entries = "/webhooks-journal/journal/:version";
  const files = () => journal.files();
  return [
    {
      method: "GET",
      path: subscriptions,
      handle: () => ok({ results: [...journal.subscriptions.values()].map(wireSubscription) }),
    },
    { method: "POST", path: subscriptions, handle: (request) => subscribe(journal, sites, request) },
    {
      method: "DELETE",
      path: `${subscriptions}/portals/:portalId`,
      handle: (request) => {
        for (const { id, portalId } of [...journal.subscriptions.values()])
          if (String(portalId) === param(request, "portalId")) journal.subscriptions.delete(id);
        return noContent();
      },
    },
    {
      method: "DELETE",
      path: `${subscriptions}/:id`,
      handle: (request) => {
        if (!journal.subscriptions.delete(Number(param(request, "id"))))
          throw notFound("no such subscription");
        return noContent();
      },
    },
    { method: "GET", path: `${entries}/earliest`, handle: () => entry(journal, files()[0]) },
    { method: "GET", path: `${entries}/latest`, handle: () => entry(journal, files().at(-1)) },
    {
      method: "GET",
      path: `${entries}/offset/:offset/next`,
      handle: (request) => {
        const at = files().findIndex((file) => file.offset === param(request, "offset"));
        if (at < 0) throw notFound("no entry has this offset");
        return entry(journal, files()[at + 1]);
      },
    },
  ];
}

/** Returns the route of the entries' files, which need no token; HubSpot keeps them on another host. */
export function journalFileRoute(journal: Journal): Route {
  return {
    method: "GET",
    path: "/journal-files/:offset",
    handle: (request) => {
      const file = journal.files().find(({ offset }) => offset === param(request, "offset"));
      if (!file) throw notFound("no such file");
      const { offset, events, publishedAt } = file;
      return ok({ offset, journalEvents: events, publishedAt: isoText(publishedAt) });
    },
  };
}

function entry({ url }: Journal, file: { readonly offset: string } | undefined): Answer {
  if (!file) return noContent();
  const { offset } = file;
  const expiresAt = new Date(Date.now() + FILE_MS).toISOString();
  return ok({ url: `${url}/journal-files/${offset}`, expiresAt, currentOffset: offset });
}

function subscribe(journal: Journal, sites: Sites, request: ApiRequest): Answer {
  const { portalId, listIds, actions } = parseBody(request, upsert);
  const site = sites.byId(String(portalId));
  if (!site || site.tokens.refreshTokens.size === 0)
    throw invalidRequest(`the app is not installed in portal ${portalId}`);
  return created(wireSubscription(journal.subscribe({ portalId, listIds, actions })));
}

function wireSubscription({ id, portalId, listIds, actions, createdAt }: JournalSubscription) {
  const at = isoText(createdAt);
  return {
    ...{ id, appId: 1, subscriptionType: "LIST_MEMBERSHIP", portalId, actions },
    ...{ listIds: listIds.map(Number), objectIds: [], createdAt: at, updatedAt: at },
  };
}
