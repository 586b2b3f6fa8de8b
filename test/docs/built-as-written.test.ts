import { readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { createMetrics } from "../../src/metrics.ts";
import { firstCells, ROOT, readPage } from "./documents.ts";

const NOT_OURS = ["node_modules", "dist", "coverage"];

function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !NOT_OURS.includes(entry.name))
    .map((entry) => `${join(folder, entry.name)}/`);
}

test("the rooms in docs/architecture.md are the folders there are", () => {
  const named = firstCells(readPage("docs/architecture.md"), "room");
  const there = [...foldersIn("").filter((folder) => folder !== "src/"), ...foldersIn("src")];
  expect(there.length).toBeGreaterThan(12);
  expect(named.toSorted()).toEqual(there.toSorted());
});

test("the tables in docs/architecture.md are the tables there are", () => {
  const folder = join(ROOT, "src/store/migrations");
  const sql = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const created = sql.join("\n").matchAll(/^create table (\w+)/gm);
  const there = [...created].map(([, name = ""]) => name);
  expect(there.length).toBeGreaterThan(15);
  const named = firstCells(readPage("docs/architecture.md"), "table").flatMap((cell) => cell.split(", "));
  expect(named.toSorted()).toEqual(there.toSorted());
});

test("every dependency has a line in docs/decisions.md with its reason, and no other has", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
  const manifests = [read("package.json"), read("hubspot-app/package.json")];
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
  const used = manifests.flatMap((manifest) => kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})));
  const named = firstCells(readPage("docs/decisions.md"), "package").flatMap((cell) => cell.split(", "));
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !named.some((glob) => name === glob || matchesGlob(name, glob)))).toEqual([]);
  expect(named.filter((glob) => !used.some((name) => name === glob || matchesGlob(name, glob)))).toEqual([]);
});

test("the metrics in docs/operations.md are the service's own", async () => {
  const all = await createMetrics().registry.getMetricsAsJSON();
  const own = all.map((metric) => metric.name).filter((name) => !/^(process|nodejs)_/.test(name));
  expect(own.length).toBeGreaterThan(10);
  expect(firstCells(readPage("docs/operations.md"), "metric").toSorted()).toEqual(own.toSorted());
});
