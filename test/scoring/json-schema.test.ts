import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { definitionJsonSchema } from "../../src/scoring/definition-schema.ts";

test("the published JSON Schema is the one that definitions are checked by (`node scripts/write-score-schema.ts` writes it)", () => {
  const file = join(import.meta.dirname, "../../docs/score.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(definitionJsonSchema())));
});
