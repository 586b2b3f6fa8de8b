import { expect, test } from "vitest";
import { compileScore } from "../../src/scoring/evaluate.ts";
import type { ScoredRecord } from "../../src/scoring/record.ts";
import { definitionOf } from "./scoring-rows.ts";

const AT = Date.UTC(2026, 6, 1);

function contact(properties: ScoredRecord["properties"]): ScoredRecord {
  const empty = { history: {}, lists: [], events: [], associations: [], resets: [] };
  return { object: "contact", id: "1", properties, ...empty };
}

/** A score that gives a point for each listed value that the property `p` equals. */
function scoreOver(values: readonly string[]) {
  const rules = values.map((value, index) => ({
    id: `r${index}`,
    where: { property: "p", operator: "IS_EQUAL_TO", values: [value], includeUnknown: index % 2 === 0 },
    points: 1,
  }));
  const definition = definitionOf({
    schema: 1,
    name: "S",
    object: "contact",
    type: "fit",
    limit: { max: 1_000 },
    groups: [{ name: "F", side: "fit", rules }],
    property: { name: "s" },
  });
  return compileScore(definition, { timeZone: "UTC" });
}

test("any number of conditions on one property are told apart", () => {
  const score = scoreOver(Array.from({ length: 100 }, (_, index) => `v${index}`));
  for (let index = 0; index < 100; index++) {
    const { groups } = score.explain(contact({ p: `V${index} ` }), AT);
    const met = groups?.[0]?.rules.filter(({ matches }) => matches === 1).map(({ id }) => id);
    expect(met).toEqual([`r${index}`]);
  }
  expect(score.evaluate(contact({}), AT).value).toBe(50);
});

test("more texts than are remembered are judged as before", () => {
  const score = scoreOver(["v5", "v2999"]);
  const values = Array.from({ length: 6_000 }, (_, index) => contact({ p: `v${index % 3_000}` }));
  const met = values.map((record) => score.evaluate(record, AT).value);
  expect(met.flatMap((value, index) => (value === 1 ? [index] : []))).toEqual([5, 2_999, 3_005, 5_999]);
});

test("a record changed in place between two evaluations is read anew", () => {
  const score = scoreOver(["a", "b"]);
  const properties: { p: string | null } = { p: "a" };
  const record = contact(properties);
  expect(score.evaluate(record, AT).value).toBe(1);
  properties.p = "c";
  expect(score.evaluate(record, AT).value).toBe(0);
});
