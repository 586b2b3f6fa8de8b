import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import { definitionOf, explainRow } from "../scoring/scoring-rows.ts";
import vectors from "../vectors/templates.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../..");
const files = readdirSync(join(ROOT, "templates")).toSorted();
const { at, rows } = vectors;

function textOf(file: string): string {
  return readFileSync(join(ROOT, "templates", file), "utf8");
}

function documentOf(file: string): unknown {
  return parse(textOf(file));
}

function ruleIds({ groups }: ScoreDefinition): string[] {
  return groups.flatMap(({ rules }) => rules.map(({ id }) => id));
}

/** The rules of a template that give or take points from one of its sample records. */
function rulesThatWork(file: string): string[] {
  const definition = documentOf(file);
  return rows
    .filter(({ template }) => template === file)
    .flatMap(({ record }) => explainRow({ definition, record, at }).groups ?? [])
    .flatMap(({ rules }) => rules)
    .filter(({ before }) => before !== 0)
    .map(({ id }) => id);
}

test("there are eight templates, of different names and properties", () => {
  expect(files.length).toBe(8);
  const definitions = files.map((file) => definitionOf(documentOf(file)));
  expect(new Set(definitions.map(({ name }) => name)).size).toBe(8);
  expect(new Set(definitions.map(({ property }) => property.name)).size).toBe(8);
});

test.each(files)("%s opens with its choices and is covered rule by rule", (file) => {
  expect(textOf(file)).toMatch(/^# .+\n# /);
  const ids = ruleIds(definitionOf(documentOf(file)));
  expect(ids.length).toBeGreaterThan(4);
  expect([...new Set(rulesThatWork(file))].toSorted()).toEqual(ids.toSorted());
});

describe("samples", () => {
  test.each(rows)("$template: $name", ({ template, record, expected }) => {
    expect(explainRow({ definition: documentOf(template), record, at })).toMatchObject(expected);
  });
});

test("docs/templates.md lists the templates that there are, by file and name", () => {
  const page = readFileSync(join(ROOT, "docs/templates.md"), "utf8");
  const listed = [...page.matchAll(/^\| `templates\/([^`]+)` \| ([^|]+) \|/gm)].map(
    ([, file, name]) => `${file}: ${name}`,
  );
  const there = files.map((file) => `${file}: ${definitionOf(documentOf(file)).name}`);
  expect(listed.toSorted()).toEqual(there);
});
