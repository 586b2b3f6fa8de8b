import { expect, it } from "vitest";
import { z } from "zod";
import { grantToken } from "../../emulator/http/authentication.ts";
import { emulatedPortal } from "./emulated-portal.ts";

const SCOPES = ["read", "subscriptions.read", "subscriptions.write"].map(
  (part) => `developer.webhooks_journal.${part}`,
);
const SUBSCRIPTIONS = "/webhooks-journal/subscriptions/2026-03";
const JOURNAL = "/webhooks-journal/journal/2026-03";
const WANTED = {
  ...{ subscriptionType: "LIST_MEMBERSHIP", portalId: 9999, listIds: [12], objectIds: [] },
  actions: ["ADDED_TO_LIST", "REMOVED_FROM_LIST"],
};
const entrySchema = z.object({ currentOffset: z.uuid(), url: z.url(), expiresAt: z.iso.datetime() });

async function open(scopes: readonly string[] = SCOPES) {
  const data = ["1", "2"].map((id) => ({ object: "contact", id, lists: ["12", "13"] }));
  const portal = await emulatedPortal({ data });
  const { emulator } = portal;
  for (const { tokens } of emulator.sites.all) grantToken(tokens, ["oauth"]);
  const { clientId, clientSecret } = emulator.app.settings;
  const answer = await fetch(`${emulator.url}/oauth/2026-09/token`, {
    method: "POST",
    body: new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      scope: scopes.join(" "),
    }),
  });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());
  const ask = async (method: string, path: string, body?: object) => {
    const reply = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const change = (list: string, what: "add" | "remove", ids: readonly string[]) =>
    portal.call("PUT", `/crm/lists/2026-09/${list}/memberships/${what}`, ids);
  return { ...portal, ask, change };
}

it("tells of the lists subscribed to, entry by entry, in files that need no token", async () => {
  await using portal = await open();
  const { ask, change } = portal;
  expect((await ask("GET", `${JOURNAL}/latest`)).status).toBe(204);
  await change("12", "remove", ["2"]);
  const made = await ask("POST", SUBSCRIPTIONS, WANTED);
  expect(made).toMatchObject({ status: 201, body: WANTED });
  await change("13", "remove", ["1"]);
  await change("12", "remove", ["1", "404"]);
  await change("12", "add", ["1", "2"]);
  const first = entrySchema.parse((await ask("GET", `${JOURNAL}/earliest`)).body);
  const file = await (await fetch(first.url)).json();
  expect(file).toMatchObject({
    offset: first.currentOffset,
    journalEvents: [{ portalId: 9999, action: "REMOVED_FROM_LIST", listId: 12, objectId: 1 }],
  });
  const next = entrySchema.parse((await ask("GET", `${JOURNAL}/offset/${first.currentOffset}/next`)).body);
  expect((await ask("GET", `${JOURNAL}/latest`)).body).toMatchObject({ currentOffset: next.currentOffset });
  expect(portal.emulator.journal.files()[1]?.events).toHaveLength(2);
  expect((await ask("GET", `${JOURNAL}/offset/${next.currentOffset}/next`)).status).toBe(204);
});

it("keeps entries for three days and tells nothing once the subscription or the app is gone", async () => {
  await using portal = await open();
  const { ask, change } = portal;
  const { body } = await ask("POST", SUBSCRIPTIONS, WANTED);
  await change("12", "remove", ["1"]);
  const { currentOffset } = entrySchema.parse((await ask("GET", `${JOURNAL}/latest`)).body);
  await portal.post("/__clock", { advanceDays: 4 });
  expect((await ask("GET", `${JOURNAL}/earliest`)).status).toBe(204);
  expect((await ask("GET", `${JOURNAL}/offset/${currentOffset}/next`)).status).toBe(404);
  expect((await ask("DELETE", `${SUBSCRIPTIONS}/${body.id}`)).status).toBe(204);
  expect((await ask("DELETE", `${SUBSCRIPTIONS}/${body.id}`)).status).toBe(404);
  await change("12", "add", ["1"]);
  await ask("POST", SUBSCRIPTIONS, WANTED);
  await portal.post("/__uninstall");
  await change("12", "remove", ["1"]);
  expect((await ask("GET", `${JOURNAL}/latest`)).status).toBe(204);
  expect((await ask("POST", SUBSCRIPTIONS, WANTED)).status).toBe(400);
  expect((await ask("DELETE", `${SUBSCRIPTIONS}/portals/9999`)).status).toBe(204);
  expect((await ask("GET", SUBSCRIPTIONS)).body).toEqual({ results: [] });
});

it("takes tokens of the app alone, with the scope, where the app may use it", async () => {
  await using portal = await open(["developer.webhooks_journal.read"]);
  const { ask } = portal;
  expect((await portal.get(`${JOURNAL}/latest`)).status).toBe(401);
  expect(await ask("GET", SUBSCRIPTIONS)).toMatchObject({
    status: 403,
    body: { category: "MISSING_SCOPES" },
  });
  expect((await ask("GET", `${JOURNAL}/latest`)).status).toBe(204);
  await portal.post("/__app", { journal: false });
  expect((await ask("GET", `${JOURNAL}/latest`)).status).toBe(403);
});
