import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { foreignFormatOf, importForeign } from "../../src/portability/import-document.ts";
import { definitionOf } from "../scoring/scoring-rows.ts";

const rows = z.array(
  z.strictObject({
    name: z.string(),
    source: z.unknown(),
    definition: z.unknown(),
    report: z.array(z.string()),
  }),
);

function readRows(file: string) {
  const path = join(import.meta.dirname, "../vectors/portability", file);
  return rows.parse(JSON.parse(readFileSync(path, "utf8")));
}

describe.each([
  ["hubspot", "hubspot-imports.json"],
  ["score-property", "score-properties.json"],
] as const)("a document in the format %s", (format, file) => {
  test.each(readRows(file))("$name", ({ source, definition, report }) => {
    expect(foreignFormatOf(source)).toBe(format);
    const imported = importForeign(source, format);
    expect(imported.definition).toEqual(definition === null ? null : definitionOf(definition));
    expect(imported.report.map(({ path }) => path)).toEqual(report);
    for (const { message } of imported.report) expect(message).not.toBe("");
  });
});

test("definitions, lists and anything else are no foreign format", () => {
  for (const document of [{ schema: 1, groups: [] }, [], null, "positive", { rules: [] }]) {
    expect(foreignFormatOf(document)).toBeNull();
  }
});

test("whatever stands where a part should be, it is told and nothing is thrown", () => {
  const wrong = [null, 5, "x", [], {}, [[]], [{}]];
  for (const part of wrong) {
    const base = { name: "S", objectTypeId: "0-1" };
    const group = { groupCategory: "FIT", groupName: "G" };
    const rule = { enabled: true, configuration: { calculation: part } };
    for (const document of [
      { ...base, groupConfigs: part },
      { ...base, groupConfigs: [{ ...group, ruleConfigurations: part }] },
      { ...base, groupConfigs: [{ ...group, ruleConfigurations: [rule] }] },
      { ...base, objectTypeId: part, groupConfigs: [] },
    ]) {
      const { definition, report } = importForeign(document, "hubspot");
      expect(definition).toBeNull();
      expect(report.length).toBeGreaterThan(0);
    }
  }
});
