import { expect, test } from "vitest";
import { type LabelState, settleLabel } from "../../src/scores/hysteresis.ts";
import { parseDefinition } from "../../src/scoring/definition.ts";
import type { Evaluation } from "../../src/scoring/evaluation.ts";

const HOUR = 3_600_000;

function definition(changes: object) {
  const parsed = parseDefinition({
    schema: 1,
    name: "Fit",
    object: "contact",
    type: "fit",
    limit: { max: 100 },
    groups: [
      {
        name: "G",
        side: "fit",
        rules: [{ id: "r", where: { property: "p", operator: "IS_KNOWN" }, points: 1 }],
      },
    ],
    property: { name: "fit" },
    thresholds: [{ label: "High", from: 70 }, { label: "Medium", from: 40 }, { label: "Low" }],
    hysteresis: { points: 3, hours: 24 },
    ...changes,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.definition;
}

function result(value: number, threshold: string, sides: Partial<Evaluation> = {}): Evaluation {
  return { inScope: true, value, engagement: null, fit: value, threshold, validUntil: null, ...sides };
}

const medium: LabelState = { shown: "Medium", plain: "Medium", since: 0 };

test.each([
  ["inside its own label", 69, "Medium", "Medium"],
  ["just over the upper boundary", 70, "High", "Medium"],
  ["a hair short of the points beyond it", 72.99, "High", "Medium"],
  ["the points beyond it", 73, "High", "High"],
  ["just under the lower boundary", 39, "Low", "Medium"],
  ["a hair short of the points below it", 37.01, "Low", "Medium"],
  ["the points below it", 37, "Low", "Low"],
])("a value %s", (_case, value, plain, shown) => {
  expect(settleLabel(definition({}), result(value, plain), medium, HOUR)?.shown).toBe(shown);
});

test("a new label is shown once it has held for the hours, and not a moment before", () => {
  const first = settleLabel(definition({}), result(71, "High"), medium, HOUR);
  expect(first).toEqual({ shown: "Medium", plain: "High", since: HOUR, changesAt: 25 * HOUR });
  expect(settleLabel(definition({}), result(71, "High"), first, 25 * HOUR - 1)?.shown).toBe("Medium");
  expect(settleLabel(definition({}), result(71, "High"), first, 25 * HOUR)?.shown).toBe("High");
});

test("falling back starts the waiting anew", () => {
  const up = settleLabel(definition({}), result(71, "High"), medium, HOUR);
  const back = settleLabel(definition({}), result(69, "Medium"), up, 2 * HOUR);
  const again = settleLabel(definition({}), result(71, "High"), back, 3 * HOUR);
  expect(again?.changesAt).toBe(27 * HOUR);
});

test("a record never labelled gets its plain label, and one whose label is gone from the thresholds too", () => {
  expect(settleLabel(definition({}), result(71, "High"), undefined, 0)?.shown).toBe("High");
  const gone = { shown: "Superb", plain: "Superb", since: 0 };
  expect(settleLabel(definition({}), result(71, "High"), gone, HOUR)?.shown).toBe("High");
});

test("without hysteresis nothing is held back", () => {
  expect(
    settleLabel(definition({ hysteresis: undefined }), result(71, "High"), medium, HOUR),
  ).toBeUndefined();
});

test("the sides of a combined score settle each on its own", () => {
  const combined = definition({
    type: "combined",
    groups: [
      { name: "E", side: "engagement", rules: [{ id: "e", event: "form_submitted", points: 1 }] },
      {
        name: "F",
        side: "fit",
        rules: [{ id: "f", where: { property: "p", operator: "IS_KNOWN" }, points: 1 }],
      },
    ],
    thresholds: {
      fit: [{ label: "A", from: 30 }, { label: "B" }],
      engagement: [{ label: "1", from: 40 }, { label: "2" }],
    },
  });
  const before = { shown: "B2", plain: "B2", since: 0 };
  const next = settleLabel(combined, result(76, "A1", { fit: 31, engagement: 45 }), before, HOUR);
  expect(next?.shown).toBe("B1");
});
