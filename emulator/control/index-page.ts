import type { Route } from "../http/route.ts";

/** Returns the route of a page that names every endpoint. */
export function indexRoute(routes: readonly Route[]): Route {
  const lines = routes.map((route) => `${route.method.padEnd(6)} ${route.path}`).join("\n");
  const text = [
    '<!doctype html><meta charset="utf-8"><title>Emulated HubSpot portal</title>',
    "<h1>Emulated HubSpot portal</h1>",
    "<p>API calls need the bearer token. Paths under <code>/__</code> steer the emulator; HubSpot has none of them.</p>",
    `<pre>${lines}</pre>`,
  ].join("\n");
  return { method: "GET", path: "/", handle: () => ({ status: 200, text }) };
}
