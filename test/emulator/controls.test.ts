import { expect, it } from "vitest";
import { CONTACTS, contacts, emulatedPortal } from "./emulated-portal.ts";

it("moves and stops the clock", async () => {
  await using portal = await emulatedPortal();
  expect((await portal.post("/__clock", { now: "2026-06-01T00:00:00Z", running: false })).body).toEqual({
    now: "2026-06-01T00:00:00.000Z",
    running: false,
  });
  expect((await portal.post("/__clock", { advanceDays: 30, advanceMs: 1 })).body).toMatchObject({
    now: "2026-07-01T00:00:00.001Z",
  });
  expect((await portal.get("/__clock")).body).toMatchObject({ now: "2026-07-01T00:00:00.001Z" });
  expect((await portal.post("/__clock", { running: true })).body).toMatchObject({ running: true });
  expect((await portal.post("/__clock", { now: "soon" })).status).toBe(400);
});

it("lists the calls it received, with the records and properties they name", async () => {
  await using portal = await emulatedPortal({ data: contacts(3) });
  await portal.post(`${CONTACTS}/batch/update`, {
    inputs: [
      { id: "1", properties: { jobtitle: "x" } },
      { id: "2", properties: { city: "y" } },
    ],
  });
  await portal.get(`${CONTACTS}/3?properties=email`);
  await portal.get("/nothing");
  expect((await portal.get("/__calls")).body).toMatchObject({
    lastSeq: 3,
    calls: [
      {
        seq: 1,
        method: "POST",
        path: `${CONTACTS}/batch/update`,
        ids: ["1", "2"],
        properties: ["jobtitle", "city"],
        status: 200,
      },
      { seq: 2, ids: ["3"], query: "properties=email", properties: [] },
      { seq: 3, status: 501 },
    ],
  });
  expect((await portal.get("/__calls?after=2")).body).toMatchObject({ calls: [{ seq: 3 }] });
  await portal.call("DELETE", "/__calls");
  expect((await portal.get("/__calls")).body).toEqual({ lastSeq: 3, calls: [] });
});

it("shows records page by page and names every endpoint on its first page", async () => {
  await using portal = await emulatedPortal({ data: contacts(3) });
  expect((await portal.get("/__records?object=contact&limit=2")).body).toMatchObject({
    results: [{ id: "1" }, { id: "2" }],
    next: 2,
  });
  expect((await portal.get("/__records?limit=2&after=2")).body).toEqual({
    results: [{ id: "3", properties: { email: "person3@mail.example" } }],
  });
  const index = await (await fetch(portal.emulator.url)).text();
  expect(index).toContain("/crm/objects/:version/:type/batch/update");
  expect(index).toContain("/__traffic");
});

it("makes the same traffic for the same seed", async () => {
  const run = async (seed: number) => {
    await using portal = await emulatedPortal({ data: undefined, contacts: 60, clock: Date.UTC(2026, 5, 1) });
    await portal.post("/__clock", { now: "2026-06-01T00:00:00Z", running: false });
    expect((await portal.post("/__traffic", { count: 300, seed })).body).toEqual({ made: 300 });
    const { records, eventOccurrences } = (await portal.get("/__state")).body as {
      records: object;
      eventOccurrences: number;
    };
    return { records, eventOccurrences, contacts: (await portal.get("/__records")).body };
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

it("tells the account's time zone and offset", async () => {
  await using portal = await emulatedPortal({
    clock: Date.UTC(2026, 6, 1),
    timeZone: "Europe/Oslo",
    portalId: 777,
  });
  expect((await portal.get("/account-info/2026-09/details")).body).toMatchObject({
    portalId: 777,
    timeZone: "Europe/Oslo",
    utcOffset: "+02:00",
    utcOffsetMilliseconds: 7_200_000,
  });
});
