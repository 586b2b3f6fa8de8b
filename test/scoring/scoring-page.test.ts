import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseDefinition } from "../../src/scoring/definition.ts";
import { OPERATORS } from "../../src/scoring/operators.ts";

test("the scoring page's example is a valid definition, and it names every operator", async () => {
  const page = await readFile(new URL("../../docs/scoring.md", import.meta.url), "utf8");
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  expect(parseDefinition(parse(example))).toMatchObject({ ok: true });
  expect(OPERATORS.filter((operator) => !page.includes(`\`${operator}\``))).toEqual([]);
});
