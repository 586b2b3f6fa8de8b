import { describe, expect, test } from "vitest";
import { parseDefinition } from "../../src/scoring/definition.ts";
import conditions from "../vectors/conditions.json" with { type: "json" };
import faults from "../vectors/faults.json" with { type: "json" };
import scores from "../vectors/scores.json" with { type: "json" };
import timeframes from "../vectors/timeframes.json" with { type: "json" };
import worked from "../vectors/worked-examples.json" with { type: "json" };
import { conditionScore, explainRow, readRow } from "./scoring-rows.ts";

describe("conditions", () => {
  test.each(conditions)("$name", (row) => {
    const { where, record, at, expected } = row;
    const outcome = explainRow({
      definition: conditionScore(where),
      record: { object: "contact", id: "1", ...record },
      at,
    });
    expect(outcome.value).toBe(expected ? 1 : 0);
    if ("validUntil" in row) expect(outcome.validUntil).toBe(row.validUntil);
  });
});

describe.each([
  { room: "worked examples", rows: worked.map(readRow) },
  { room: "timeframes", rows: timeframes.map(readRow) },
  { room: "scores", rows: scores.map(readRow) },
])("$room", ({ rows }) => {
  test.each(rows)("$name", (row) => {
    expect(explainRow(row)).toMatchObject(row.expected);
  });
});

describe("faults", () => {
  test.each(faults)("$name", ({ definition, paths }) => {
    const result = parseDefinition(definition);
    expect(result.ok ? [] : result.faults.map(({ path }) => path).sort()).toEqual([...paths].sort());
  });
});
