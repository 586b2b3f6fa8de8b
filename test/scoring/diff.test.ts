import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseDefinition, type ScoreDefinition } from "../../src/scoring/definition.ts";
import { diffDefinitions } from "../../src/scoring/diff.ts";
import { renderChanges } from "../../src/scoring/diff-text.ts";
import { sameValue } from "../../src/scoring/diff-values.ts";
import { parsePath } from "../../src/scoring/faults.ts";
import { sayableScore } from "../portability/arbitrary-sayable.ts";
import { scoreDocument } from "./arbitrary-scores.ts";
import { definitionOf } from "./scoring-rows.ts";

type Json = { [key: string]: unknown };

const file = z.strictObject({
  base: z.record(z.string(), z.unknown()),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      set: z.record(z.string(), z.unknown()).default({}),
      remove: z.array(z.string()).default([]),
      lines: z.array(z.string()),
    }),
  ),
});
const path = join(import.meta.dirname, "../vectors/portability/changes.json");
const { base, rows } = file.parse(JSON.parse(readFileSync(path, "utf8")));

function holderOf(document: unknown, steps: readonly (string | number)[]): Json {
  return steps.slice(0, -1).reduce((value: Json, step) => value[step] as Json, document as Json);
}

function changed(set: Json, remove: readonly string[]): unknown {
  const document = structuredClone(base);
  for (const [at, value] of Object.entries(set)) {
    const steps = parsePath(at);
    holderOf(document, steps)[String(steps.at(-1))] = value;
  }
  for (const at of remove) {
    const steps = parsePath(at);
    const holder = holderOf(document, steps);
    if (Array.isArray(holder)) holder.splice(Number(steps.at(-1)), 1);
    else delete holder[String(steps.at(-1))];
  }
  return document;
}

describe("a change in a marketer's words", () => {
  test.each(rows)("$name", ({ set, remove, lines }) => {
    const changes = diffDefinitions(definitionOf(base), definitionOf(changed(set, remove)));
    expect(renderChanges(changes).split("\n")).toEqual(lines);
  });
});

/** Every document that differs from `value` in one leaf, lacks one key or entry, or has a list turned round. */
function* neighbours(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) yield* listNeighbours(value);
  else if (typeof value === "object" && value !== null) yield* objectNeighbours(value as Json);
  else if (typeof value === "number") yield* [value + 1, value - 1, String(value)];
  else if (typeof value === "boolean") yield !value;
  else if (typeof value === "string") yield* [`${value}x`, ...OTHER_WORDS];
}

const OTHER_WORDS = [
  ...["once", "every", "max", "min", "contains", "IS_KNOWN", "CONTAINS", "LAST"],
  ...["email_opened", "clear", "none", "YEAR", "2026-02-02"],
];

function* listNeighbours(list: readonly unknown[]): Generator<unknown> {
  for (const [index, item] of list.entries()) {
    for (const other of neighbours(item)) yield list.with(index, other);
    yield list.toSpliced(index, 1);
  }
  if (list.length > 1) yield list.toReversed();
}

function* objectNeighbours(object: Json): Generator<unknown> {
  for (const [key, item] of Object.entries(object)) {
    for (const other of neighbours(item)) yield { ...object, [key]: other };
    const { [key]: _, ...rest } = object;
    yield rest;
  }
}

const SAMPLE = 40;

/** About so many of the documents, evenly spread. */
function sampled(documents: readonly unknown[], offset: number): readonly unknown[] {
  const stride = Math.ceil(documents.length / SAMPLE);
  return documents.filter((_, index) => (index + offset) % stride === 0);
}

function accepted(document: unknown): ScoreDefinition[] {
  const result = parseDefinition(document);
  return result.ok ? [result.definition] : [];
}

describe("laws of differences", () => {
  test("every change of a leaf is told, and an equal definition differs in nothing", () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.oneof(sayableScore, scoreDocument), fc.nat(), (document, offset) => {
        const before = definitionOf(document);
        expect(diffDefinitions(before, definitionOf(structuredClone(document)))).toEqual([]);
        for (const after of sampled([...neighbours(before)], offset).flatMap(accepted)) {
          const changes = diffDefinitions(before, after);
          expect(changes.length === 0, JSON.stringify([before, after])).toBe(sameValue(before, after));
          for (const { text } of changes) expect(text).not.toMatch(/undefined|\[object/);
          compared += 1;
        }
      }),
      { numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  test("two definitions differ in nothing exactly where they are equal", () => {
    fc.assert(
      fc.property(sayableScore, sayableScore, (one, other) => {
        const [before, after] = [definitionOf(one), definitionOf(other)];
        expect(diffDefinitions(before, after).length === 0).toBe(sameValue(before, after));
      }),
      { numRuns: 200 },
    );
  });
});
