import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { envExample, VARIABLES } from "../../config/variables.ts";

const ROOT = join(import.meta.dirname, "../..");
const example = readFileSync(join(ROOT, ".env.example"), "utf8");

test(".env.example is what `node scripts/write-env-example.ts` writes", () => {
  expect(example).toBe(envExample());
});

test("the example's lines, uncommented, are usable values of every variable", () => {
  const lines = example.split("\n").filter((line) => /^# [A-Z_]+=/.test(line));
  const values = parseEnv(lines.map((line) => line.slice(2)).join("\n"));
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
  expect(() => loadConfig({ ...values, HUBSPOT_ACCESS_TOKEN: "token" })).not.toThrow();
});
