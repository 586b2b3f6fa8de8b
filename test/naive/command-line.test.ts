import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { boundariesOf } from "./naive-boundaries.ts";
import { evaluateNaively } from "./naive-evaluator.ts";
import { DAY } from "./naive-instants.ts";
import { instantsAround, ZONES } from "./pairs.ts";
import { records } from "./random-records.ts";
import { definitions } from "./random-scores.ts";
import type { RawDefinition, RawRecord } from "./raw-documents.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");
const SEED = 20_260_405;
const folder = mkdtempSync(join(tmpdir(), "naive-"));

afterAll(() => rmSync(folder, { recursive: true }));

type Line = { readonly validUntil: string | null };

function evaluateFiles(
  scores: readonly RawDefinition[],
  lines: readonly RawRecord[],
  flags: string[],
): Line[] {
  const recordFile = join(folder, "records.ndjson");
  writeFileSync(recordFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const files = scores.map((score, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(score));
    return file;
  });
  const args = [MAIN, "evaluate", "--definition", ...files, "--records", recordFile, "--explain", ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Random scores of one object type, their names apart, and records whose resets speak of each. */
function samples(object: string, at: number, zone: string) {
  const scores = (["engagement", "fit", "combined"] as const).flatMap((type, place) =>
    fc.sample(fc.noBias(definitions({ object, type }, at, zone)), { seed: SEED + place, numRuns: 4 }),
  );
  const named = scores.map((score, index) => ({ ...score, name: `Score ${index}` }));
  const lines = fc.sample(fc.noBias(records(object, at, zone)), { seed: SEED, numRuns: 12 });
  return {
    scores: named,
    lines: lines.map((line, index) => {
      const reset = line.resets?.["Random score"];
      const resets = reset === undefined ? {} : Object.fromEntries(named.map(({ name }) => [name, reset]));
      return { ...line, id: String(index), resets };
    }),
  };
}

describe.each(ZONES)("scorekeeper evaluate prints what a naive reading gives in %s", (zone) => {
  test.each(["contact", "company"])("for every pair of a %s score and record", (object) => {
    const at = instantsAround(zone)[7] ?? 0;
    const { scores, lines } = samples(object, at, zone);
    const printed = evaluateFiles(scores, lines, ["--at", new Date(at).toISOString(), "--timezone", zone]);
    const pairs = lines.flatMap((record) => scores.map((definition) => ({ record, definition })));
    expect(printed).toHaveLength(pairs.length);
    for (const [index, pair] of pairs.entries()) {
      const validUntil = printed[index]?.validUntil ?? null;
      const moment = { ...pair, at, zone };
      const expected = { id: pair.record.id, score: pair.definition.name, ...evaluateNaively(moment) };
      expect(printed[index]).toEqual({ ...expected, validUntil });
      if (validUntil === null) continue;
      const [first] = boundariesOf(moment, at + 400 * DAY);
      expect(Date.parse(validUntil)).toBeGreaterThanOrEqual(first ?? Number.POSITIVE_INFINITY);
    }
  });
});
