import { describe, expect, test } from "vitest";
import { parseDefinition } from "../../src/scoring/definition.ts";
import { definitionJsonSchema } from "../../src/scoring/definition-schema.ts";
import { requirementsOf } from "../../src/scoring/requirements.ts";
import { writtenProperties } from "../../src/scoring/written-properties.ts";
import { definitionOf } from "./scoring-rows.ts";

const known = { property: "title", operator: "IS_KNOWN" };
const combined = {
  schema: 1,
  name: "Readiness",
  object: "company",
  type: "combined",
  limit: { max: 100 },
  associated: { object: "contact", where: { property: "role", operator: "IS_KNOWN" } },
  groups: [
    {
      name: "E",
      side: "engagement",
      rules: [
        { id: "e", event: "form_submitted", values: { property: "form_id", points: { a: 1 } } },
        { id: "off", event: "email_opened", enabled: false, points: 1 },
      ],
    },
    {
      name: "F",
      side: "fit",
      rules: [
        { id: "f", where: { all: [known, { lists: ["5"], belongs: "any" }] }, points: 1 },
        { id: "h", where: { property: "stage", operator: "HAS_EVER_CONTAINED", values: ["x"] }, points: 1 },
      ],
    },
  ],
  sides: { fit: { max: 40 } },
  records: { lists: ["12"] },
  property: { name: "readiness", names: { threshold: "grade" } },
  thresholds: {
    fit: [{ label: "A", from: 5 }, { label: "B" }],
    engagement: [{ label: "1", from: 5 }, { label: "2" }],
  },
};

describe("a definition", () => {
  test("shows every default", () => {
    const definition = definitionOf(combined);
    expect(definition).toMatchObject({
      decimals: 0,
      outOfScope: "keep",
      limit: { min: 0, max: 100 },
      sides: { engagement: { min: 0, max: 100 }, fit: { min: 0, max: 40 } },
      records: { mode: "all", lists: ["12"] },
      property: { label: "Readiness", group: "lead_scoring", description: "" },
    });
    expect(definition.groups[0]?.rules[0]).toMatchObject({
      name: "e",
      enabled: true,
      count: "once",
      values: { match: "equals" },
      associated: { object: "contact", aggregate: "sum" },
    });
  });

  test("names what it writes, labels fit first", () => {
    expect(writtenProperties(definitionOf(combined))).toEqual([
      { name: "readiness", kind: "score", label: "Readiness", type: "number" },
      {
        name: "grade",
        kind: "threshold",
        label: "Readiness threshold",
        type: "enumeration",
        options: ["A1", "A2", "B1", "B2"],
      },
      { name: "readiness_engagement", kind: "engagement", label: "Readiness engagement", type: "number" },
      { name: "readiness_fit", kind: "fit", label: "Readiness fit", type: "number" },
      { name: "readiness_reset_at", kind: "reset_at", label: "Readiness last reset", type: "datetime" },
    ]);
  });

  test("names what its enabled rules read", () => {
    expect(requirementsOf(definitionOf(combined))).toEqual({
      properties: ["title", "stage"],
      historyProperties: ["stage"],
      eventTypes: ["form_submitted"],
      eventProperties: { form_submitted: ["form_id"] },
      lists: ["12", "5"],
      associated: { contact: { properties: ["role"], historyProperties: [], lists: [], events: true } },
    });
  });

  test("suggests the nearest event type and operator", () => {
    const document = structuredClone(combined);
    const [engagement, fit] = document.groups;
    Object.assign(engagement?.rules[0] ?? {}, { event: "form_submited" });
    Object.assign(fit?.rules[0] ?? {}, { where: { property: "a", operator: "IS_ANY", values: ["a"] } });
    const result = parseDefinition(document);
    const messages = result.ok ? [] : result.faults.map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining("did you mean form_submitted?"),
      expect.stringContaining("did you mean IS_ANY_OF?"),
    ]);
  });

  test("10,000 levels of nesting are one clear fault", () => {
    const levels = 10_000;
    const where = JSON.parse(`${'{"not":'.repeat(levels)}{}${"}".repeat(levels)}`);
    const rules = [{ id: "f", where, points: 1 }];
    const result = parseDefinition({ ...combined, groups: [{ name: "F", side: "fit", rules }] });
    expect(result).toMatchObject({ ok: false, faults: [{ message: expect.stringContaining("nested") }] });
  });

  test("T73 100,000 rules are one clear fault", () => {
    const groups = [{ name: "F", side: "fit", rules: Array.from({ length: 100_000 }, () => ({})) }];
    const result = parseDefinition({ ...combined, groups });
    expect(result).toMatchObject({
      ok: false,
      faults: [{ path: "groups", message: expect.stringContaining("500") }],
    });
  });

  test("501 rules, 1,001 values and more than 1,048,576 bytes are too many", () => {
    const group = (rules: unknown) => ({
      ...combined,
      type: "fit",
      sides: undefined,
      thresholds: undefined,
      property: { name: "s" },
      groups: [{ name: "F", side: "fit", rules }],
    });
    const pathsOf = (document: unknown) => {
      const { sides: _sides, thresholds: _thresholds, ...rest } = Object(document);
      const result = parseDefinition(rest);
      return result.ok ? [] : result.faults.map(({ path }) => path);
    };
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `r${index}`, where: known, points: 1 }));
    const values = (count: number) => [
      {
        id: "r",
        where: {
          ...known,
          operator: "CONTAINS",
          values: Array.from({ length: count }, (_, index) => `v${index}`),
        },
        points: 1,
      },
    ];
    expect(pathsOf(group(rules(500)))).toEqual([]);
    expect(pathsOf(group(rules(501)))).toEqual(["groups"]);
    expect(pathsOf(group(values(1000)))).toEqual([]);
    expect(pathsOf(group(values(1001)))).toEqual(["groups[0].rules[0].where.values"]);
    expect(
      pathsOf({ ...group(rules(1)), property: { name: "s", description: "x".repeat(1_048_576) } }),
    ).toEqual([""]);
  });

  test("has a JSON Schema that names its keys", () => {
    const schema = definitionJsonSchema();
    expect(Object.keys(schema.properties ?? {})).toEqual(
      expect.arrayContaining(["schema", "name", "groups", "thresholds"]),
    );
    expect(schema.required).toEqual(
      expect.arrayContaining(["schema", "name", "object", "type", "limit", "groups", "property"]),
    );
  });
});
