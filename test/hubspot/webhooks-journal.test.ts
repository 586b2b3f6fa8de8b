import nock from "nock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { openWebhooksJournal } from "../../src/hubspot/webhooks-journal.ts";

const apiUrl = "https://api.hubapi.com";
const files = "https://files.example.com";
const app = { apiUrl, version: "2026-09", clientId: "the-app", clientSecret: "the-secret" };
const SUBSCRIPTIONS = "/webhooks-journal/subscriptions/2026-03";
const JOURNAL = "/webhooks-journal/journal/2026-03";
const OFFSET = "550e8400-e29b-41d4-a716-446655440000";
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  nock.disableNetConnect();
});
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

/** Answers requests for tokens with t1, t2 and so on. */
function giveTokens(seconds = 1_800) {
  nock(apiUrl)
    .persist()
    .post("/oauth/2026-09/token")
    .reply(200, () => ({ access_token: `t${asked.length}`, expires_in: seconds, token_type: "bearer" }))
    .on("request", (_request, _interceptor, body) => asked.push(String(body)));
}

async function failureOf(work: Promise<unknown>): Promise<HubSpotError> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof HubSpotError) return error;
  throw new Error("no HubSpotError");
}

const entry = { url: `${files}/1.json`, expiresAt: "2026-10-01T12:00:00Z", currentOffset: OFFSET };

test("asks with a token of the app, which serves until shortly before it ends", async () => {
  giveTokens();
  nock(apiUrl, { reqheaders: { authorization: "Bearer t1" } })
    .get(`${JOURNAL}/latest`)
    .twice()
    .reply(200, entry);
  const journal = openWebhooksJournal(app);
  expect(await journal.latest()).toEqual({ offset: OFFSET, url: entry.url });
  await journal.latest();
  expect(asked).toHaveLength(1);
  const form = Object.fromEntries(new URLSearchParams(asked[0]));
  expect(form).toEqual({
    ...{ client_id: "the-app", client_secret: "the-secret", grant_type: "client_credentials" },
    scope:
      "developer.webhooks_journal.read developer.webhooks_journal.subscriptions.read developer.webhooks_journal.subscriptions.write",
  });
});

test("a token that is over or refused is replaced", async () => {
  giveTokens(0.001);
  nock(apiUrl, { reqheaders: { authorization: "Bearer t1" } })
    .get(`${JOURNAL}/latest`)
    .reply(401, {});
  nock(apiUrl, { reqheaders: { authorization: "Bearer t2" } })
    .get(`${JOURNAL}/latest`)
    .reply(204);
  expect(await openWebhooksJournal(app).latest()).toBeUndefined();
});

test.each([
  ["invalid_client", 401],
  ["invalid_scope", 403],
])("a refusal of the token by %s counts as %i and names no secret", async (error, status) => {
  nock(apiUrl).post("/oauth/2026-09/token").reply(400, { error, status: "BAD", message: "no" });
  const failure = await failureOf(openWebhooksJournal(app).subscriptions());
  expect(failure).toMatchObject({ status, category: `${error} (BAD)` });
  expect(JSON.stringify(failure)).not.toContain("the-secret");
});

test("subscribes to lists, lists such subscriptions and deletes one", async () => {
  giveTokens();
  const body = {
    ...{ subscriptionType: "LIST_MEMBERSHIP", portalId: 101, listIds: [7, 8], objectIds: [] },
    actions: ["ADDED_TO_LIST", "REMOVED_FROM_LIST"],
  };
  const common = { appId: 1, createdAt: "2026-10-01T12:00:00Z", updatedAt: "2026-10-01T12:00:00Z" };
  nock(apiUrl)
    .post(SUBSCRIPTIONS, body)
    .reply(200, { id: 5, ...common, ...body });
  const results = [
    { id: 5, ...common, ...body },
    { id: 6, ...common, ...body, actions: ["ADDED_TO_LIST"] },
    { id: 7, ...common, ...body, deletedAt: "2026-10-02T12:00:00Z" },
    { id: 8, ...common, subscriptionType: "APP_LIFECYCLE_EVENT", eventTypeId: "4-1909196", actions: [] },
  ];
  nock(apiUrl).get(SUBSCRIPTIONS).reply(200, { results });
  nock(apiUrl).delete(`${SUBSCRIPTIONS}/5`).reply(204);
  const journal = openWebhooksJournal(app);
  expect(await journal.subscribe("101", ["7", "8"])).toBe("5");
  expect(await journal.subscriptions()).toEqual([
    { id: "5", portal: "101", listIds: ["7", "8"], isWhole: true },
    { id: "6", portal: "101", listIds: ["7", "8"], isWhole: false },
  ]);
  await journal.unsubscribe("5");
  expect(nock.isDone()).toBe(true);
});

test("reads on from an offset until nothing follows", async () => {
  giveTokens();
  nock(apiUrl).get(`${JOURNAL}/earliest`).reply(200, entry);
  nock(apiUrl).get(`${JOURNAL}/offset/${OFFSET}/next`).reply(204);
  const journal = openWebhooksJournal(app);
  expect((await journal.earliest())?.offset).toBe(OFFSET);
  expect(await journal.after(OFFSET)).toBeUndefined();
});

const at = "2026-10-01T10:00:00.000Z";
const base = { type: "listMembership", portalId: 101, occurredAt: at, action: "ADDED_TO_LIST" };
const read = { portal: "101", isMember: true, occurredAt: Date.parse(at), listId: "7", recordId: "42" };

test("takes from a file who entered or left a list, however the record is named, and nothing else", async () => {
  const journalEvents = [
    { ...base, listId: 7, objectId: 42 },
    { ...base, type: "something_new", listId: "7", recordId: "42", action: "REMOVED_FROM_LIST" },
    { ...base, segment: 7, objectId: 42, occurredAt: "yesterday" },
    { type: "crmObject", portalId: 101, occurredAt: at, action: "UPDATE", objectTypeId: "0-1", objectId: 1 },
    "?",
  ];
  nock(files, { badheaders: ["authorization"] })
    .get("/1.json")
    .reply(200, { offset: OFFSET, journalEvents });
  expect(await openWebhooksJournal(app).events({ offset: OFFSET, url: entry.url })).toEqual([
    read,
    { ...read, isMember: false },
    { ...read, listId: undefined, occurredAt: undefined },
  ]);
});

test.each([
  ["no JSON", "<Error/>"],
  ["no events", "{}"],
  ["too large", `{"journalEvents":[]}${" ".repeat(33 * 1024 * 1024)}`],
])("a file with %s is refused for good", async (_name, text) => {
  nock(files).get("/1.json").reply(200, text);
  const failure = await failureOf(openWebhooksJournal(app).events({ offset: OFFSET, url: entry.url }));
  expect(failure).toMatchObject({ code: "UNREADABLE", retry: "never" });
  expect(failure.message).toContain("journal file");
});

test("a file that cannot be had now is worth another try; an address without TLS is not", async () => {
  nock(files).get("/1.json").reply(403, "expired");
  const journal = openWebhooksJournal(app);
  expect(await failureOf(journal.events({ offset: OFFSET, url: entry.url }))).toMatchObject({
    ...{ code: "NETWORK", status: 0, retry: "later" },
  });
  const plain = await failureOf(journal.events({ offset: OFFSET, url: "http://files.example.com/1.json" }));
  expect(plain).toMatchObject({ code: "UNREADABLE" });
});
