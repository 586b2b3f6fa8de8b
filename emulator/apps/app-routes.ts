import { z } from "zod";
import { noContent, ok } from "../http/answer.ts";
import { notFound } from "../http/api-error.ts";
import { expireTokens, revokeAll } from "../http/authentication.ts";
import { type ApiRequest, parseBody, type Route } from "../http/route.ts";
import { TIERS } from "../portal/tier.ts";
import type { PortalSite, Sites } from "../portal-site.ts";
import { appSettings, changeApp, type OAuthApp } from "./oauth-app.ts";
import { escaped, page, redirect } from "./page.ts";

const newPortal = z.object({
  portalId: z.number().int().positive(),
  tier: z.enum(TIERS).optional(),
  timeZone: z.string().optional(),
  token: z.string().optional(),
  contacts: z.number().int().min(0).default(0),
  seed: z.number().int().optional(),
  burst: z.number().int().min(0).optional(),
});
export type NewPortal = z.infer<typeof newPortal>;

/** Returns the app's page at HubSpot, where an admin installs and uninstalls it, and the controls of app and portals. */
export function appRoutes(
  app: OAuthApp,
  sites: Sites,
  addPortal: (portal: NewPortal) => Promise<PortalSite>,
): readonly Route[] {
  return [
    { method: "GET", path: "/app", handle: () => page("Installed apps", portalTable(app, sites)) },
    {
      method: "POST",
      path: "/app/uninstall",
      handle: (request) => {
        revokeAll(askedSite(sites, request).tokens);
        return redirect("/app");
      },
    },
    { method: "GET", path: "/__app", handle: () => ok(app.settings) },
    {
      method: "POST",
      path: "/__app",
      handle: (request) => {
        const given = parseBody(request, z.record(z.string(), z.unknown()));
        changeApp(app, parseBody({ ...request, body: { ...app.settings, ...given } }, appSettings));
        return ok(app.settings);
      },
    },
    { method: "GET", path: "/__portals", handle: () => ok(sites.all.map(describe)) },
    {
      method: "POST",
      path: "/__portals",
      handle: async (request) => ok(describe(await addPortal(parseBody(request, newPortal)))),
    },
    {
      method: "POST",
      path: "/__uninstall",
      handle: (request) => {
        revokeAll(askedSite(sites, request).tokens);
        return noContent();
      },
    },
    {
      method: "POST",
      path: "/__withhold",
      handle: (request) => {
        const { withheld } = askedSite(sites, request);
        withheld.clear();
        for (const scope of parseBody(request, z.array(z.string()))) withheld.add(scope);
        return ok([...withheld]);
      },
    },
    {
      method: "POST",
      path: "/__expire",
      handle: (request) => {
        expireTokens(askedSite(sites, request).tokens);
        return noContent();
      },
    },
  ];
}

function askedSite(sites: Sites, { query }: ApiRequest): PortalSite {
  const id = query.get("portal");
  const site = id === null ? sites.all[0] : sites.byId(id);
  if (!site) throw notFound(`no portal ${id}`);
  return site;
}

function describe({ portal, tier, tokens }: PortalSite) {
  return {
    ...{ portalId: portal.id, tier, timeZone: portal.timeZone, token: tokens.staticToken },
    installed: tokens.refreshTokens.size > 0,
  };
}

function portalTable({ settings }: OAuthApp, sites: Sites): string {
  const rows = sites.all.map(({ portal, tier, tokens }) => {
    const state = tokens.refreshTokens.size > 0 ? "installed" : "not installed";
    const target = settings.installUrl === undefined ? undefined : new URL(settings.installUrl);
    target?.searchParams.set("portal", String(portal.id));
    const install = target ? `<a href="${escaped(target.toString())}">Install</a>` : "no install URL is set";
    return `<tr><td>${portal.id}</td><td>${tier}</td><td>${state}</td><td>${install}</td>
<td><form method="post" action="/app/uninstall?portal=${portal.id}"><button>Uninstall</button></form></td></tr>`;
  });
  return `<table><tr><th>Account</th><th>Edition</th><th>App</th><th></th><th></th></tr>${rows.join("")}</table>`;
}
