import { expect, test } from "vitest";
import { createApiKey } from "../../src/portals/api-keys.ts";
import { revokeApiKey } from "../../src/store/api-keys.ts";
import { purgeWaiting } from "../../src/store/waiting-events.ts";
import { define, TITLE } from "../pipeline/definitions.ts";
import { shown } from "../pipeline/notifications.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { tablesHolding } from "../pipeline/stored-text.ts";
import { startOwnEvents } from "./own-events-server.ts";

const USAGE = define({
  schema: 1,
  name: "Usage",
  object: "contact",
  type: "engagement",
  limit: { max: 1000 },
  property: { name: "usage_score" },
  groups: [
    {
      name: "Product",
      side: "engagement",
      rules: [
        { id: "login", event: "custom:login", points: 1 },
        {
          id: "pro",
          event: "custom:trial",
          where: { property: "seats", operator: "IS_GREATER_THAN", values: [4] },
          points: 20,
        },
      ],
    },
  ],
});

const person = (id: string, email: string, more: object = {}) => ({
  ...{ object: "contact", id, properties: { email, crm_user_id: `u-${id}`, ...more } },
});
const login = (id: string, contact: object) => ({ id, type: "custom:login", contact });

test("events find their contacts by record id, e-mail in any case, and external id, each once", async () => {
  await using portal = await openScoredPortal({
    records: [person("1", "Ann@Example.com"), person("2", "bob@example.com")],
  });
  await using server = await startOwnEvents(portal);
  await portal.publish(USAGE);
  const events = [
    login("a", { id: 1 }),
    login("b", { email: "ANN@example.COM " }),
    login("c", { externalId: "u-1" }),
    login("d", { property: "crm_user_id", value: "u-2" }),
    {
      ...login("e", { email: "bob@example.com" }),
      type: "custom:trial",
      properties: { seats: 5, paid: true },
    },
    login("a", { id: 1 }),
  ];
  const first = await server.send(events);
  expect([first.status, first.body]).toEqual([202, { accepted: 5, repeated: 1, rejected: 0, errors: [] }]);
  expect((await server.send(events)).body).toMatchObject({ accepted: 0, repeated: 6 });
  await portal.settle();
  expect(await shown(portal, "1", "usage_score")).toBe("3");
  expect(await shown(portal, "2", "usage_score")).toBe("21");
});

test("what cannot be used is named by place and path, and the rest is taken", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  await using server = await startOwnEvents(portal);
  const wrong = [
    login("ok", { id: "1" }),
    { ...login("x", { id: "1" }), type: "page_visited" },
    { ...login("y", { id: "1" }), occurredAt: "yesterday" },
    login("z", { id: "1", email: "ann@example.com" }),
    { ...login("w", { id: "1" }), properties: { deep: { er: 1 } } },
    login("v", { property: "favourite_colour", value: "red" }),
    "nonsense",
    { ...login("u", { id: "1" }), occurredAt: 1_760_000_000 },
    { ...login("t", { id: "1" }), occurredAt: "2101-01-01T00:00:00Z" },
    { ...login("s", { id: "1" }), occurredAt: -62_198_755_200_000 },
    { ...login("r", { id: "1" }), occurredAt: true },
  ];
  const { status, body } = await server.send(wrong);
  expect([status, body]).toMatchObject([
    202,
    {
      ...{ accepted: 1, repeated: 0, rejected: 10 },
      errors: [
        { index: 1, path: "events[1].type" },
        { index: 2, path: "events[2].occurredAt" },
        { index: 3, path: "events[3].contact" },
        { index: 4, path: "events[4].properties.deep" },
        { index: 5, path: "events[5].contact.property" },
        { index: 6, path: "events[6]" },
        { index: 7, path: "events[7].occurredAt", message: expect.stringContaining("not seconds") },
        { index: 8, path: "events[8].occurredAt", message: expect.stringContaining("2000 to 2100") },
        { index: 9, path: "events[9].occurredAt" },
        { index: 10, path: "events[10].occurredAt", message: expect.stringContaining("ISO 8601") },
      ],
    },
  ]);
  expect(await server.send(wrong.slice(1))).toMatchObject({ status: 400, body: { code: "BAD_EVENTS" } });
  const many = Array.from({ length: 501 }, (_, index) => login(`m${index}`, { id: "1" }));
  expect(await server.send(many)).toMatchObject({ status: 400, body: { code: "BAD_BODY" } });
  expect((await server.send(many.slice(1))).body).toMatchObject({ accepted: 500 });
  expect(await server.send([], { body: "{" })).toMatchObject({ status: 400, body: { code: "BAD_BODY" } });
});

test("dates from 2000 to 2100 are taken, coming ones too; other methods than POST are told which", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  await using server = await startOwnEvents(portal);
  const dates = ["2000-01-01T00:00:00Z", "2100-12-31T23:59:59Z", Date.parse("2100-01-01T00:00:00Z")];
  const events = dates.map((occurredAt, index) => ({ ...login(`d${index}`, { id: "1" }), occurredAt }));
  expect(await server.send(events)).toMatchObject({ status: 202, body: { accepted: 3 } });
  for (const method of ["GET", "PUT", "DELETE"]) {
    const answer = await fetch(server.url, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
  }
});

test("events of contacts that are not there yet count once these appear, and go after 90 days", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  const { db, id, account } = portal;
  await using server = await startOwnEvents(portal);
  await portal.publish(USAGE);
  await server.send([
    ...[login("a", { email: "new@example.com" }), login("b", { externalId: "u-77" })],
    ...[login("c", { email: "second@example.com" }), login("d", { email: "never@example.com" })],
  ]);
  await portal.settle();
  const born = await account.create("contact", {
    ...{
      email: "New@Example.com",
      crm_user_id: "u-77",
      hs_additional_emails: "old@example.com;Second@example.com",
    },
  });
  await portal.settle();
  expect(await shown(portal, born, "usage_score")).toBe("3");
  await account.change("contact", "1", { email: "never@example.com" });
  await portal.settle();
  expect(await shown(portal, "1", "usage_score")).toBe("1");
  await server.send([login("e", { email: "nobody@example.com" })]);
  await portal.settle();
  await db.query("update waiting_events set received_at = received_at - interval '91 days'");
  await purgeWaiting(db, id, 90);
  expect(await db.query("select 1 from waiting_events")).toEqual([]);
});

test("events that no score asks for yet count from the day on that one does", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  await using server = await startOwnEvents(portal);
  await portal.publish(TITLE);
  await server.send([login("a", { email: "ann@example.com" }), login("b", { id: "1" })]);
  await portal.settle();
  await portal.publish(USAGE);
  expect(await shown(portal, "1", "usage_score")).toBe("2");
});

test("T36 T37 a privacy deletion erases what came by e-mail, and what comes later finds nobody", async () => {
  const email = "canary@example.com";
  await using portal = await openScoredPortal({ records: [person("990071992547", email)] });
  const { db, account } = portal;
  await using server = await startOwnEvents(portal);
  await portal.publish(USAGE);
  await server.send([login("a", { email }), login("b", { id: "990071992547" })]);
  await portal.settle();
  expect(await tablesHolding(db, email)).toEqual(["contact_keys", "records"]);
  await account.erase("990071992547");
  await portal.settle();
  await server.send([login("c", { email: "CANARY@example.com" }), login("d", { id: "990071992547" })]);
  await portal.settle();
  expect(await tablesHolding(db, email)).toEqual([]);
  expect(await tablesHolding(db, "990071992547")).toEqual([]);
  expect(portal.logged.filter((line) => line.includes("canary"))).toEqual([]);
});

test("a key opens its own portal while it is in force, is kept as a digest, and has its rate", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  const { db, id } = portal;
  await using server = await startOwnEvents(portal);
  const other = await createApiKey(db, id, { name: "other", scopes: [], contactProperty: undefined });
  expect(await tablesHolding(db, other.key.split("_").at(-1) ?? "")).toEqual([]);
  const one = [login("a", { id: "1" })];
  expect(await server.send(one, { key: other.key })).toMatchObject({
    status: 403,
    body: { code: "MISSING_SCOPE" },
  });
  expect(await server.send(one, { key: `${other.key.slice(0, -1)}_` })).toMatchObject({ status: 401 });
  expect(await server.send(one, { key: other.key.replace(id, "1") })).toMatchObject({ status: 401 });
  await db.query("update api_keys set allowance = 0, allowance_at = clock_timestamp() + interval '1 hour'");
  const refused = await server.send(one);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  await db.query("update api_keys set allowance = 9, allowance_at = clock_timestamp()");
  expect((await server.send(one)).status).toBe(202);
  await revokeApiKey(db, id, server.keyId);
  expect(await server.send(one)).toMatchObject({ status: 401, body: { code: "BAD_KEY" } });
});

test("T38 events of a deleted contact count once it is restored, and nobody else's", async () => {
  await using portal = await openScoredPortal({ records: [person("1", "ann@example.com")] });
  const { account } = portal;
  await using server = await startOwnEvents(portal);
  await portal.publish(USAGE);
  await server.send([login("before", { id: "1" })]);
  await portal.settle();
  await account.archive("contact", "1");
  await portal.settle();
  await server.send([login("a", { id: "1" }), login("b", { email: "ann@example.com" })]);
  await portal.settle();
  await account.restore("contact", "1");
  await portal.settle();
  expect(await shown(portal, "1", "usage_score")).toBe("3");
});

test("T39 a merged contact has the events of both once, and gets those that name either", async () => {
  await using portal = await openScoredPortal({
    records: [person("1", "ann@example.com"), person("2", "bob@example.com")],
  });
  const { account } = portal;
  await using server = await startOwnEvents(portal);
  await portal.publish(USAGE);
  await server.send([
    login("a", { id: "1" }),
    login("b", { id: "2" }),
    login("c", { email: "bob@example.com" }),
  ]);
  await portal.settle();
  const merged = await account.merge("1", "2");
  await portal.settle();
  expect(await shown(portal, merged, "usage_score")).toBe("3");
  await server.send([
    ...[login("a", { id: "1" }), login("b", { id: "2" })],
    ...[login("d", { id: "1" }), login("e", { id: "2" }), login("f", { email: "ann@example.com" })],
  ]);
  await portal.settle();
  expect(await shown(portal, merged, "usage_score")).toBe("6");
});
