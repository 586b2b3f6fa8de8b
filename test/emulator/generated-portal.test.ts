import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { generateRecords } from "../../emulator/generator/generate-records.ts";
import { parseDefinition } from "../../src/scoring/definition.ts";
import { compileScore } from "../../src/scoring/evaluate.ts";
import { parseRecord, recordForScore } from "../../src/scoring/parse-record.ts";
import { writtenProperties } from "../../src/scoring/written-properties.ts";
import { emulatedPortal } from "./emulated-portal.ts";

const now = Date.UTC(2026, 5, 1);
const examples = readdirSync("examples").filter((name) => name.endsWith(".yaml"));

function readExample(name: string) {
  const parsed = parseDefinition(parse(readFileSync(`examples/${name}`, "utf8")));
  if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.faults)}`);
  return parsed.definition;
}

it("repeats for the same seed, size and instant", () => {
  const make = (seed: number, at = now) =>
    JSON.stringify([...generateRecords({ seed, contacts: 50, now: at })]);
  expect(make(1)).toBe(make(1));
  expect(make(2)).not.toBe(make(1));
});

it("is the same portal when the clock starts later, only later", () => {
  const [first] = generateRecords({ seed: 1, contacts: 50, now });
  const [later] = generateRecords({ seed: 1, contacts: 50, now: now + 1000 });
  expect(later?.properties?.["name"]).toBe(first?.properties?.["name"]);
  expect(Date.parse(later?.properties?.["createdate"] ?? "")).toBe(
    Date.parse(first?.properties?.["createdate"] ?? "") + 1000,
  );
});

it("has Dutch and Norwegian people, companies, deals, labels and two years of engagement, none of it in the future", () => {
  const records = [...generateRecords({ seed: 1, contacts: 1000, now })];
  const count = (object: string) => records.filter((record) => record.object === object).length;
  expect([count("contact"), count("company"), count("deal")]).toEqual([1000, 80, 63]);
  const values = (name: string) => new Set(records.map((record) => record.properties?.[name]));
  expect([...values("country")]).toEqual(expect.arrayContaining(["Netherlands", "Norway"]));
  expect([...values("lastname")]).toEqual(expect.arrayContaining(["van den Berg", "Ødegård"]));
  const labels = new Set(
    records.flatMap(({ associations = [] }) => associations.flatMap((one) => one.labels ?? [])),
  );
  expect([...labels].sort()).toEqual(["Billing contact", "Champion", "Decision maker", "Primary"]);
  const instants = records.flatMap(({ events = [] }) => events.map(({ occurredAt }) => occurredAt));
  expect(Math.max(...instants)).toBeLessThan(now);
  expect(Math.min(...instants)).toBeGreaterThan(now - 731 * 86_400_000);
  const types = new Set(records.flatMap(({ events = [] }) => events.map(({ type }) => type)));
  expect([...types]).toEqual(
    expect.arrayContaining([
      "page_visited",
      "form_submitted",
      "email_sent",
      "email_clicked",
      "meeting_outcome_changed",
      "call_ended",
    ]),
  );
});

it("writes different properties from every example", () => {
  const names = examples.flatMap((name) =>
    writtenProperties(readExample(name)).map((property) => property.name),
  );
  expect(examples).toHaveLength(5);
  expect(new Set(names).size).toBe(names.length);
});

it("spreads the labels and values of the examples over the portal", async () => {
  await using portal = await emulatedPortal({ data: undefined, contacts: 800, clock: now });
  const dump = (await (await fetch(`${portal.emulator.url}/__dump`)).text()).trimEnd().split("\n");
  const contacts = dump
    .map((line) => parseRecord(JSON.parse(line)))
    .flatMap((parsed) => (parsed.ok && parsed.record.object === "contact" ? [parsed.record] : []));
  expect(contacts).toHaveLength(800);
  for (const name of examples.filter((example) => example.startsWith("contact-"))) {
    const definition = readExample(name);
    const score = compileScore(definition, { timeZone: "Europe/Amsterdam" });
    const results = contacts.map((contact) => score.evaluate(recordForScore(contact, definition.name), now));
    const labels = Object.values(
      Object.groupBy(
        results.filter(({ inScope }) => inScope),
        ({ threshold }) => threshold ?? "",
      ),
    );
    expect(labels.length, name).toBe(definition.type === "combined" ? 9 : 4);
    for (const label of labels) expect(label?.length, name).toBeGreaterThan(5);
    expect(new Set(results.map(({ value }) => value)).size, name).toBeGreaterThan(40);
  }
});
