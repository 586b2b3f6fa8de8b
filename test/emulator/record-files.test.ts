import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { parseRecord } from "../../src/scoring/parse-record.ts";
import { emulatedPortal } from "./emulated-portal.ts";

const anna = {
  object: "contact",
  id: "anna-1",
  properties: {
    email: "anna@mail.example",
    jobtitle: "",
    age: 44,
    vip: true,
    nothing: null,
    constructor: "ordinary",
  },
  history: {
    lifecyclestage: [
      { value: "lead", timestamp: "2026-01-02T00:00:00.000Z" },
      { value: null, timestamp: "2026-02-02T00:00:00.000Z" },
    ],
  },
  lists: ["12", "b"],
  events: [
    {
      id: "1",
      type: "page_visited",
      occurredAt: "2026-01-01T09:00:00.000Z",
      properties: { url: "/", page_title: "Home", n: 3 },
    },
    {
      id: "2",
      type: "call_ended",
      occurredAt: "2026-01-02T09:00:00.000Z",
      properties: { direction: "INBOUND", outcome: "busy", duration_seconds: "1.50" },
    },
    {
      id: "3",
      type: "meeting_booked",
      occurredAt: "2026-01-03T09:00:00.000Z",
      properties: { meeting_type: "demo" },
    },
    {
      id: "4",
      type: "meeting_outcome_changed",
      occurredAt: "2026-01-04T09:00:00.000Z",
      properties: { outcome: "COMPLETED" },
    },
    { id: "5", type: "custom:login", occurredAt: "2027-01-04T09:00:00.000Z" },
  ],
  associations: [
    {
      object: "company",
      id: "c1",
      labels: ["Primary", "Owner"],
      properties: { industry: "CHEESE" },
      lists: ["9"],
    },
  ],
  resets: { Any: "2026-01-01T00:00:00Z" },
};
const company = {
  object: "company",
  id: "c1",
  properties: { industry: "CHEESE_MAKING", numberofemployees: "many" },
  associations: [
    { object: "contact", id: "anna-1", labels: ["Owner"] },
    { object: "2-77", id: "x", properties: { size: "L" } },
  ],
};
const lines = [anna, company];

async function withFile<T>(
  name: string,
  content: string | Buffer,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "records-"));
  await writeFile(join(folder, name), content);
  try {
    return await use(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("gives back what it loaded, plain or packed", async () => {
  const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
  for (const [name, content] of [
    ["records.ndjson", text],
    ["records.ndjson.gz", gzipSync(text)],
  ] as const) {
    await withFile(name, content, async (file) => {
      await using portal = await emulatedPortal({ data: file });
      const dump = (await (await fetch(`${portal.emulator.url}/__dump`)).text()).trimEnd().split("\n");
      const [first, second, custom] = dump.map((line) => JSON.parse(line));
      expect(first).toMatchObject({
        properties: { jobtitle: "", age: "44", vip: "true", nothing: null, constructor: "ordinary" },
        history: anna.history,
        lists: ["12", "b"],
      });
      const events = anna.events.map(({ id: _, ...event }) => ({ properties: {}, ...event }));
      const [visit, ...others] = events;
      expect(first.events.map(({ id: _, ...event }: { id: string }) => event)).toEqual([
        { ...visit, properties: { url: "/", page_title: "Home", n: "3" } },
        ...others,
      ]);
      expect(first.associations).toMatchObject([
        {
          object: "company",
          id: "c1",
          labels: ["Primary", "Owner"],
          properties: { industry: "CHEESE_MAKING" },
        },
      ]);
      expect(second).toMatchObject({
        id: "c1",
        lists: ["9"],
        associations: [{ id: "anna-1", labels: ["Owner"], events: { length: 5 } }, { object: "2-77" }],
      });
      expect(custom).toMatchObject({
        object: "2-77",
        id: "x",
        properties: { size: "L" },
        associations: [{ object: "company" }],
      });
      for (const line of dump) expect(parseRecord(JSON.parse(line))).toMatchObject({ ok: true });
    });
  }
});

it("serves loaded custom objects, calls and meetings by their API paths", async () => {
  await withFile("records.ndjson", lines.map((line) => JSON.stringify(line)).join("\n"), async (file) => {
    await using portal = await emulatedPortal({ data: file });
    expect((await portal.get("/crm/objects/2026-09/2-77/x?properties=size")).body).toMatchObject({
      properties: { size: "L" },
    });
    expect(
      (await portal.get("/crm/objects/2026-09/calls?properties=hs_call_disposition,duration_seconds")).body,
    ).toMatchObject({
      results: [{ properties: { hs_call_disposition: "busy", duration_seconds: "1.50" } }],
    });
    expect(
      (await portal.get("/crm/objects/2026-09/0-47?properties=hs_createdate,hs_meeting_outcome")).body,
    ).toMatchObject({
      results: [
        { properties: { hs_createdate: "2026-01-03T09:00:00.000Z", hs_meeting_outcome: "SCHEDULED" } },
        { properties: { hs_createdate: null, hs_meeting_outcome: "COMPLETED" } },
      ],
    });
  });
});

it("stops at a bad line, naming file, line and place", async () => {
  const bad = '{"object":"contact","id":"1"}\n{"object":"contact","id":2}\n';
  await withFile("bad.ndjson", bad, async (file) => {
    await expect(emulatedPortal({ data: file })).rejects.toThrow(`${file}:2: id`);
  });
  await expect(emulatedPortal({ data: "/no/such/file.ndjson" })).rejects.toThrow("no such file");
});

it("shows the same events in the dump after live changes as the objects give", async () => {
  await using portal = await emulatedPortal({ data: [anna] });
  const { results } = (await portal.get("/crm/objects/2026-09/meetings")).body as {
    results: { id: string }[];
  };
  await portal.call("PATCH", `/crm/objects/2026-09/meetings/${results[0]?.id}`, {
    properties: { hs_meeting_outcome: "COMPLETED" },
  });
  const [line = ""] = (await (await fetch(`${portal.emulator.url}/__dump`)).text()).split("\n");
  const meetings = JSON.parse(line).events.filter(({ id }: { id: string }) =>
    id.startsWith(`meeting:${results[0]?.id}`),
  );
  expect(meetings).toMatchObject([
    { type: "meeting_booked", occurredAt: "2026-01-03T09:00:00.000Z" },
    {
      type: "meeting_outcome_changed",
      occurredAt: "2026-01-03T09:00:00.000Z",
      properties: { outcome: "COMPLETED" },
    },
  ]);
});
