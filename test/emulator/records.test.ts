import { describe, expect, it } from "vitest";
import { CONTACTS, contacts, emulatedPortal } from "./emulated-portal.ts";

describe("single records", () => {
  it("lists records in pages, by name, plural, type id and any dated version", async () => {
    await using portal = await emulatedPortal({ data: contacts(5) });
    const first = await portal.get(`${CONTACTS}?limit=3&properties=email,no_such_property`);
    expect(first.body).toMatchObject({
      results: [
        { id: "1", properties: { email: "person1@mail.example" }, archived: false },
        { id: "2" },
        { id: "3" },
      ],
      paging: { next: { after: "3" } },
    });
    expect(JSON.stringify(first.body)).not.toContain("no_such_property");
    for (const path of ["/crm/objects/2026-03/contact", "/crm/objects/2026-09/0-1"]) {
      expect((await portal.get(`${path}?limit=3&after=3`)).body).toMatchObject({
        results: [{ id: "4" }, { id: "5" }],
      });
    }
  });

  it("creates, reads, changes and archives a record", async () => {
    await using portal = await emulatedPortal();
    const made = await portal.post(CONTACTS, { properties: { email: "new@mail.example", jobtitle: "CEO" } });
    expect(made).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^\d+$/), properties: { jobtitle: "CEO" } },
    });
    const { id } = made.body as { id: string };
    const changed = await portal.call("PATCH", `${CONTACTS}/${id}`, { properties: { jobtitle: "CTO" } });
    expect(changed).toMatchObject({ status: 200, body: { properties: { jobtitle: "CTO" } } });
    expect((await portal.get(`${CONTACTS}/${id}?propertiesWithHistory=jobtitle`)).body).toMatchObject({
      propertiesWithHistory: { jobtitle: [{ value: "CTO", sourceType: "INTEGRATION" }, { value: "CEO" }] },
    });
    expect(await portal.get(`${CONTACTS}/new@mail.example?idProperty=email`)).toMatchObject({
      status: 200,
      body: { id },
    });
    expect(await portal.post(CONTACTS, { properties: { email: "NEW@mail.example" } })).toMatchObject({
      status: 409,
      body: { category: "CONFLICT" },
    });
    expect((await portal.call("DELETE", `${CONTACTS}/${id}`)).status).toBe(204);
    expect(await portal.get(`${CONTACTS}/${id}`)).toMatchObject({
      status: 404,
      body: { category: "OBJECT_NOT_FOUND" },
    });
    expect((await portal.get(`${CONTACTS}?archived=true`)).body).toMatchObject({
      results: [{ id, archived: true }],
    });
  });

  it.each([
    ["no_such_property", "1", "PROPERTY_DOESNT_EXIST"],
    ["lifecyclestage", "Lead", "INVALID_OPTION"],
    ["hs_email_optout", "yes", "INVALID_OPTION"],
    ["closedate", "soon", "INVALID_DATE"],
    ["hs_object_id", "7", "READ_ONLY_VALUE"],
  ])("refuses %s = %s with %s", async (property, value, code) => {
    await using portal = await emulatedPortal({ data: contacts(1) });
    const refused = await portal.call("PATCH", `${CONTACTS}/1`, { properties: { [property]: value } });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        status: "error",
        category: "VALIDATION_ERROR",
        errors: [{ code, context: { propertyName: [property] } }],
      },
    });
  });

  it("refuses a number that is none, and takes exponents and an empty value", async () => {
    await using portal = await emulatedPortal({ data: [{ object: "company", id: "7" }] });
    const write = (value: string) =>
      portal.call("PATCH", "/crm/objects/2026-09/companies/7", { properties: { numberofemployees: value } });
    expect((await write("1,5")).status).toBe(400);
    expect((await write("1e3")).status).toBe(200);
    expect((await write("")).status).toBe(200);
  });

  it("adds checkbox options that start with a semicolon", async () => {
    await using portal = await emulatedPortal({ data: contacts(1, { hs_buying_role: "CHAMPION" }) });
    const properties = { hs_buying_role: ";DECISION_MAKER" };
    expect((await portal.call("PATCH", `${CONTACTS}/1`, { properties })).body).toMatchObject({
      properties: { hs_buying_role: "CHAMPION;DECISION_MAKER" },
    });
  });

  it("merges into a new record that both old ids lead to, but not in a batch update", async () => {
    const data = [
      { object: "contact", id: "1", properties: { email: "a@mail.example" }, lists: ["5"] },
      {
        object: "contact",
        id: "2",
        properties: { email: "b@mail.example", jobtitle: "CEO" },
        events: [
          { id: "e1", type: "page_visited", occurredAt: "2026-01-01T00:00:00Z" },
          { id: "e2", type: "call_ended", occurredAt: "2026-01-02T00:00:00Z" },
        ],
        associations: [{ object: "company", id: "7", labels: ["Primary"] }],
      },
    ];
    await using portal = await emulatedPortal({ data });
    const merged = await portal.post(`${CONTACTS}/merge`, { primaryObjectId: "1", objectIdToMerge: "2" });
    const { id } = merged.body as { id: string };
    expect(["1", "2"]).not.toContain(id);
    expect(
      (
        await portal.get(
          `${CONTACTS}/2?properties=email,jobtitle,hs_merged_object_ids&associations=companies,calls`,
        )
      ).body,
    ).toMatchObject({
      id,
      properties: { email: "a@mail.example", jobtitle: "CEO", hs_merged_object_ids: "1;2" },
      associations: { companies: { results: [{ id: "7" }, { id: "7" }] }, calls: { results: [{}] } },
    });
    expect(
      (await portal.get(`/events/event-occurrences/2026-09?objectType=contact&objectId=${id}`)).body,
    ).toMatchObject({
      results: [{ id: "e1", objectId: id }],
    });
    const update = { inputs: [{ id: "2", properties: { jobtitle: "CTO" } }] };
    expect((await portal.post(`${CONTACTS}/batch/update`, update)).status).toBe(404);
    expect((await portal.call("PATCH", `${CONTACTS}/2`, { properties: { jobtitle: "CTO" } })).status).toBe(
      200,
    );
  });

  it("erases a person with everything of it", async () => {
    const events = [
      { id: "e1", type: "page_visited", occurredAt: "2026-01-01T00:00:00Z" },
      { id: "e2", type: "call_ended", occurredAt: "2026-01-02T00:00:00Z" },
    ];
    await using portal = await emulatedPortal({
      data: [{ object: "contact", id: "1", lists: ["5"], events }],
    });
    expect((await portal.post(`${CONTACTS}/gdpr-delete`, { objectId: "1" })).status).toBe(204);
    expect((await portal.get(`${CONTACTS}/1`)).status).toBe(404);
    expect((await portal.get("/crm/objects/2026-09/calls")).body).toMatchObject({ results: [] });
    expect((await portal.get("/events/event-occurrences/2026-09?eventType=e_visited_page")).body).toEqual({
      results: [],
    });
    expect((await portal.get("/crm/lists/2026-09/5/memberships")).body).toMatchObject({ results: [] });
  });

  it("answers 501 with the endpoint's name for what it does not emulate", async () => {
    await using portal = await emulatedPortal();
    expect(await portal.get("/crm/owners/2026-09")).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining("/crm/owners/2026-09") },
    });
    expect((await portal.get("/crm/objects/v3/contacts")).status).toBe(501);
  });
});

describe("batches of records", () => {
  it("reads what exists and names what does not, with 207", async () => {
    await using portal = await emulatedPortal({ data: contacts(2) });
    const read = await portal.post(`${CONTACTS}/batch/read`, {
      inputs: [{ id: "1" }, { id: "9" }, { id: 2 }],
      properties: ["email"],
    });
    expect(read).toMatchObject({
      status: 207,
      body: {
        results: [{ id: "1" }, { id: "2" }],
        numErrors: 1,
        errors: [{ category: "OBJECT_NOT_FOUND", context: { ids: ["9"] } }],
      },
    });
  });

  it("refuses more than 100 inputs, more than 50 with history, none, and repeated ids", async () => {
    await using portal = await emulatedPortal({ data: contacts(101) });
    const ids = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index + 1) }));
    const read = (count: number, more = {}) =>
      portal.post(`${CONTACTS}/batch/read`, { inputs: ids(count), ...more });
    expect((await read(101)).status).toBe(400);
    expect((await read(100)).status).toBe(200);
    expect((await read(51, { propertiesWithHistory: ["email"] })).status).toBe(400);
    expect((await read(0)).status).toBe(400);
    const twice = [1, 1].map((id) => ({ id, properties: { jobtitle: "x" } }));
    expect((await portal.post(`${CONTACTS}/batch/update`, { inputs: twice })).status).toBe(400);
  });

  it("updates nothing of a batch without trace ids that holds a fault", async () => {
    await using portal = await emulatedPortal({ data: contacts(1) });
    const update = (id: string, properties: object) =>
      portal.post(`${CONTACTS}/batch/update`, {
        inputs: [
          { id: "1", properties: { jobtitle: "CEO" } },
          { id, properties },
        ],
      });
    expect(await update("9", { jobtitle: "x" })).toMatchObject({
      status: 404,
      body: { context: { ids: ["9"] } },
    });
    expect((await update("9", { nothing: "x" })).status).toBe(400);
    expect((await portal.get(`${CONTACTS}/1?properties=jobtitle`)).body).toMatchObject({
      properties: { jobtitle: null },
    });
  });

  it("updates what it can of a batch with trace ids and names the rest", async () => {
    await using portal = await emulatedPortal({ data: contacts(2) });
    const inputs = [
      { id: "1", properties: { jobtitle: "CEO" }, objectWriteTraceId: "t1" },
      { id: "9", properties: { jobtitle: "CEO" }, objectWriteTraceId: "t2" },
      { id: "2", properties: { lifecyclestage: "nowhere" }, objectWriteTraceId: "t3" },
    ];
    expect(await portal.post(`${CONTACTS}/batch/update`, { inputs })).toMatchObject({
      status: 207,
      body: {
        results: [{ id: "1", objectWriteTraceId: "t1", properties: { jobtitle: "CEO" } }],
        errors: [
          { category: "OBJECT_NOT_FOUND", context: { ids: ["9"], objectWriteTraceId: ["t2"] } },
          { category: "VALIDATION_ERROR", context: { ids: ["2"], objectWriteTraceId: ["t3"] } },
        ],
      },
    });
  });

  it("creates and archives", async () => {
    await using portal = await emulatedPortal();
    const inputs = [{ properties: { name: "Fjell AS" } }, { properties: { name: "Polder BV" } }];
    const made = await portal.post("/crm/objects/2026-09/companies/batch/create", { inputs });
    expect(made).toMatchObject({
      status: 201,
      body: { results: [{ properties: { name: "Fjell AS" } }, {}] },
    });
    const { results } = made.body as { results: { id: string }[] };
    const archive = { inputs: results.map(({ id }) => ({ id })) };
    expect((await portal.post("/crm/objects/2026-09/companies/batch/archive", archive)).status).toBe(204);
    expect((await portal.get("/crm/objects/2026-09/companies")).body).toMatchObject({ results: [] });
  });
});
