import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator/start-emulator.ts";
import { startEmulator } from "../../emulator/start-emulator.ts";
import { decide } from "./consent.ts";
import { CONTACTS, contacts } from "./emulated-portal.ts";

const REDIRECT = "http://localhost:3000/oauth/callback";
const CLIENT = { client_id: "emulated-app", client_secret: "emulated-secret" };
const CONTACT_SCOPES = "oauth crm.objects.contacts.read crm.schemas.contacts.read";
const ASKED = { client_id: "emulated-app", redirect_uri: REDIRECT, scope: CONTACT_SCOPES, state: "s" };

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({
    ...{ data: contacts(1), portalId: 101 },
    portals: [{ portalId: 102, tier: "free", data: contacts(2) }],
    ...options,
  });
  const form = async (path: string, fields: { [name: string]: string }) => {
    const answer = await fetch(`${emulator.url}/oauth/2026-09/${path}`, {
      method: "POST",
      body: new URLSearchParams({ ...CLIENT, ...fields }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === "" ? {} : JSON.parse(text)) as { [field: string]: unknown },
    };
  };
  const call = async (token: unknown, path: string, method = "GET") => {
    const answer = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const control = (path: string, body: object = {}) =>
    fetch(emulator.url + path, { method: "POST", body: JSON.stringify(body) });
  const exchange = (code: string, fields: { [name: string]: string } = {}) =>
    form("token", { grant_type: "authorization_code", redirect_uri: REDIRECT, code, ...fields });
  const install = async (portal: number, request: object = {}) => {
    const back = await decide(emulator.url, portal, { ...ASKED, ...request });
    return (await exchange(back.searchParams.get("code") ?? "")).body;
  };
  const refresh = (token: unknown) =>
    form("token", { grant_type: "refresh_token", refresh_token: String(token) });
  return {
    ...{ emulator, form, call, control, exchange, install, refresh },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}

it("shows the consent page and leads back with a code or the refusal, and the state", async () => {
  await using app = await start();
  const query = new URLSearchParams(ASKED);
  const shown = await (await fetch(`${app.emulator.url}/oauth/102/authorize?${query}`)).text();
  expect(shown).toContain("Account 102 (free)");
  expect(shown).not.toContain("Account 101");
  expect(shown).toContain("crm.objects.contacts.read");
  const granted = await decide(app.emulator.url, 102, ASKED);
  expect(granted.origin + granted.pathname).toBe(REDIRECT);
  expect(granted.searchParams.get("state")).toBe("s");
  const denied = await decide(app.emulator.url, 102, ASKED, "cancel");
  expect(denied.searchParams.get("error")).toBe("access_denied");
  expect(denied.searchParams.get("code")).toBeNull();
  const elsewhere = new URLSearchParams({ ...ASKED, redirect_uri: "https://evil.example/" });
  expect((await fetch(`${app.emulator.url}/oauth/authorize?${elsewhere}`)).status).toBe(400);
});

it("exchanges a code once, for the client and redirect it was made for, checking PKCE", async () => {
  await using app = await start();
  const challenge = createHash("sha256").update("verifier").digest("base64url");
  const pkce = { ...ASKED, code_challenge: challenge, code_challenge_method: "S256" };
  const code = async () => (await decide(app.emulator.url, 101, pkce)).searchParams.get("code") ?? "";
  expect((await app.exchange(await code())).body).toMatchObject({ status: "BAD_CODE_VERIFIER" });
  const wrongSecret = { client_secret: "?", code_verifier: "verifier" };
  expect((await app.exchange(await code(), wrongSecret)).body).toMatchObject({ error: "invalid_client" });
  const good = await code();
  const { body } = await app.exchange(good, { code_verifier: "verifier" });
  expect(body).toMatchObject({ hub_id: 101, expires_in: 1800, scopes: CONTACT_SCOPES.split(" ") });
  expect((await app.call(body["access_token"], CONTACTS)).status).toBe(200);
  expect((await app.exchange(good, { code_verifier: "verifier" })).body).toMatchObject({
    ...{ error: "invalid_grant", status: "BAD_AUTH_CODE" },
  });
});

it("keeps portals apart: data, tokens, limits, faults", async () => {
  await using app = await start();
  const [first, second] = [await app.install(101), await app.install(102)];
  expect((await app.call(first["access_token"], CONTACTS)).body.results).toHaveLength(1);
  expect((await app.call(second["access_token"], CONTACTS)).body.results).toHaveLength(2);
  await app.control("/__faults?portal=102", { path: CONTACTS, status: 503 });
  expect((await app.call(first["access_token"], CONTACTS)).status).toBe(200);
  expect((await app.call(second["access_token"], CONTACTS)).status).toBe(503);
  const limit = (token: unknown) =>
    fetch(app.emulator.url + CONTACTS, { headers: { authorization: `Bearer ${token}` } }).then((answer) =>
      answer.headers.get("x-hubspot-ratelimit-max"),
    );
  expect([await limit(first["access_token"]), await limit(second["access_token"])]).toEqual(["190", "100"]);
  const { calls } = (await (await fetch(`${app.emulator.url}/__calls`)).json()) as {
    calls: { portal?: number }[];
  };
  expect(calls.map((call) => call.portal).filter((id) => id === 102)).toHaveLength(3);
});

it("answers 403 for scopes that were not given and for what the edition lacks", async () => {
  await using app = await start();
  const optional = { optional_scope: "crm.lists.read automation" };
  const { access_token: free, scopes } = await app.install(102, optional);
  expect(scopes).toEqual([...CONTACT_SCOPES.split(" "), "crm.lists.read"]);
  expect((await app.call(free, "/crm/lists/2026-09/1")).status).toBe(404);
  expect(await app.call(free, "/crm/objects/2026-09/companies")).toMatchObject({
    status: 403,
    body: {
      category: "MISSING_SCOPES",
      errors: [{ context: { requiredGranularScopes: ["crm.objects.companies.read"] } }],
    },
  });
  const events = "/events/event-occurrences/2026-09/event-types";
  expect((await app.call(free, events)).status).toBe(403);
  expect((await app.call("emulator-token-102", events)).status).toBe(403);
  expect((await app.call((await app.install(101))["access_token"], events)).status).toBe(200);
});

it("refreshes, keeps or rotates the refresh token, introspects and expires", async () => {
  await using app = await start();
  const given = await app.install(101);
  const inspect = { token: String(given["access_token"]), token_type_hint: "access_token" };
  expect((await app.form("token/introspect", inspect)).body).toMatchObject({ active: true, hub_id: 101 });
  await app.control("/__expire?portal=101");
  expect(await app.call(given["access_token"], CONTACTS)).toMatchObject({
    ...{ status: 401, body: { category: "EXPIRED_AUTHENTICATION" } },
  });
  const kept = (await app.refresh(given["refresh_token"])).body;
  expect(kept["refresh_token"]).toBe(given["refresh_token"]);
  await app.control("/__app", { rotatesRefreshTokens: true, tokenSeconds: 60 });
  const rotated = (await app.refresh(given["refresh_token"])).body;
  expect(rotated).toMatchObject({ expires_in: 60, hub_id: 101 });
  expect(rotated["refresh_token"]).not.toBe(given["refresh_token"]);
  expect(await app.refresh(given["refresh_token"])).toMatchObject({
    ...{ status: 400, body: { error: "invalid_grant", status: "BAD_REFRESH_TOKEN" } },
  });
});

it("uninstalls by the app's own call or the admin's button on its page: tokens end, the other portal's stay", async () => {
  await using app = await start({ app: { installUrl: "http://localhost:3000/oauth/install" } });
  const [first, second] = [await app.install(101), await app.install(102)];
  const shown = async () => (await fetch(`${app.emulator.url}/app`)).text();
  expect(await shown()).toContain("http://localhost:3000/oauth/install?portal=102");
  expect((await app.call(first["access_token"], "/appinstalls/v3/external-install", "DELETE")).status).toBe(
    204,
  );
  expect((await app.call(first["access_token"], CONTACTS)).status).toBe(401);
  expect((await app.refresh(first["refresh_token"])).body).toMatchObject({ status: "BAD_REFRESH_TOKEN" });
  expect((await app.call(second["access_token"], CONTACTS)).status).toBe(200);
  await app.control("/app/uninstall?portal=102");
  expect((await app.call(second["access_token"], CONTACTS)).status).toBe(401);
  expect(await shown()).not.toContain("<td>installed</td>");
});
