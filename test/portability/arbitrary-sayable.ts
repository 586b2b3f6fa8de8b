import fc from "fast-check";

const points = fc.integer({ min: -2000, max: 2000 }).map((hundredths) => hundredths / 100);
const word = fc.constantFrom("alpha", "beta", "Gamma ray", "delta", "über", "42");
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
const day = fc.integer({ min: -3_000, max: 30_000 }).map((days) => new Date(days * 86_400_000));
const date = day.map((midnight) => midnight.toISOString().slice(0, 10));
const moment = day.map((midnight) => new Date(midnight.getTime() + 45_296_789).toISOString());
const days = fc.integer({ min: 1, max: 400 });

const leafTest = fc.oneof(
  fc.constantFrom({ operator: "IS_KNOWN" }, { operator: "IS_UNKNOWN" }),
  fc.record({
    operator: fc.constantFrom(
      "IS_EQUAL_TO",
      "IS_NOT_EQUAL_TO",
      "CONTAINS",
      "DOES_NOT_CONTAIN",
      "STARTS_WITH",
      "ENDS_WITH",
    ),
    values: words,
    includeUnknown: fc.boolean(),
  }),
  fc.record({
    operator: fc.constantFrom(
      "IS_EQUAL_TO",
      "IS_NOT_EQUAL_TO",
      "IS_GREATER_THAN",
      "IS_LESS_THAN_OR_EQUAL_TO",
    ),
    values: fc.tuple(points),
  }),
  fc.record({
    operator: fc.constantFrom("IS_BETWEEN", "IS_NOT_BETWEEN"),
    values: fc.oneof(
      fc.constant([-3, 10]),
      fc.constant(["2026-01-01", "2026-03-31"]),
      moment.map((at) => [at, at]),
    ),
  }),
  fc.record({
    operator: fc.constantFrom(
      "IS_ANY_OF",
      "IS_NONE_OF",
      "IS_EXACTLY",
      "IS_NOT_EXACTLY",
      "CONTAINS_ALL",
      "DOES_NOT_CONTAIN_ALL",
    ),
    values: words,
    includeUnknown: fc.boolean(),
  }),
  fc.record({ operator: fc.constantFrom("IS_BEFORE", "IS_AFTER"), values: fc.tuple(fc.oneof(date, moment)) }),
  fc.record({
    operator: fc.constantFrom(
      "IS_LESS_THAN_X_DAYS_AGO",
      "IS_MORE_THAN_X_DAYS_AGO",
      "IS_LESS_THAN_X_DAYS_FROM_NOW",
      "IS_MORE_THAN_X_DAYS_FROM_NOW",
    ),
    values: fc.tuple(days),
  }),
);

const historyTest = fc.oneof(
  fc.record({ operator: fc.constantFrom("HAS_EVER_BEEN_ANY_OF", "HAS_NEVER_BEEN_ANY_OF"), values: words }),
  fc.record({
    operator: fc.constantFrom("HAS_EVER_CONTAINED", "HAS_NEVER_CONTAINED"),
    values: fc.tuple(word),
  }),
  fc.record({
    operator: fc.constantFrom("UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS"),
    values: fc.tuple(days),
  }),
);

function leafOf<Test extends object>(test: fc.Arbitrary<Test>, property: fc.Arbitrary<string>) {
  return fc.tuple(property, test).map(([name, tested]) => ({ property: name, ...tested }));
}

function allOf(leaf: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const several = fc.array(leaf, { minLength: 2, maxLength: 3 });
  const nested = fc.tuple(leaf, several).map(([one, inner]) => ({ all: [one, { all: inner }] }));
  return fc.oneof(
    leaf,
    several.map((all) => ({ all })),
    nested,
  );
}

const recordLeaf = leafOf(
  fc.oneof(leafTest, historyTest),
  fc.constantFrom("jobtitle", "industry", "hs_lead_status"),
);
const eventLeaf = leafOf(leafTest, fc.constantFrom("form_id", "url", "hs_odd"));
const recordWhere = allOf(recordLeaf);
const eventWhere = allOf(eventLeaf);

const limit = fc.option(
  fc.oneof(
    fc.record({ max: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ min: fc.integer({ min: -90, max: 0 }) }),
    fc.record({ min: fc.integer({ min: -90, max: 0 }), max: fc.integer({ min: 1, max: 90 }) }),
  ),
  { nil: undefined },
);

const listed = fc.record({
  property: fc.constantFrom("industry", "form_id"),
  match: fc.constantFrom("equals", "contains", "starts_with"),
  points: fc.dictionary(word, points, { minKeys: 1, maxKeys: 4 }),
});

const within = fc.option(
  fc.oneof(
    fc.record({ lastDays: days }),
    fc.record({
      calendar: fc.constantFrom("THIS", "LAST"),
      unit: fc.constantFrom("DAY", "WEEK", "MONTH", "QUARTER", "YEAR"),
    }),
    fc.record({ from: fc.oneof(date, moment) }),
    fc.record({ to: fc.oneof(date, moment) }),
    fc.constant({ from: "2026-01-01", to: "2026-04-01" }),
    fc.constant({ from: "2026-01-01T06:30:00.000Z", to: "2026-04-01" }),
  ),
  { nil: undefined },
);

const frequency = fc.tuple(points, points, points).map(([never, few, many]) => [
  { from: 0, to: 0, points: never },
  { from: 1, to: 3, points: few },
  { from: 4, points: many },
]);

const eventForm = fc.oneof(
  fc.record({ points, where: fc.option(eventWhere, { nil: undefined }) }),
  fc.record({ values: listed }),
  fc.record({ frequency, where: fc.option(eventWhere, { nil: undefined }) }),
);

const lists = fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }).map(String), { minLength: 1, maxLength: 3 });

const propertyForm = fc.oneof(
  fc.record({ points, where: recordWhere }),
  fc.record({ points, where: fc.record({ lists, belongs: fc.constantFrom("any", "all", "none") }) }),
  fc.record({ values: fc.tuple(listed, points).map(([values, otherwise]) => ({ ...values, otherwise })) }),
);

const aggregate = fc.constantFrom("sum", "average", "min", "max");
const where = fc.option(
  recordWhere.filter((condition) => !JSON.stringify(condition).includes('{"all":[{"all"')),
  {
    nil: undefined,
  },
);

function contactsOf(object: string) {
  const label = object === "company" ? fc.constantFrom(undefined, "Primary") : fc.constant(undefined);
  return fc.record({ object: fc.constant("contact"), label, where: where.map(flat), aggregate });
}

/** Association filters do not nest. */
function flat(condition: object | undefined): object | undefined {
  return JSON.stringify(condition ?? {}).lastIndexOf('"all"') > 2 ? undefined : condition;
}

const event = fc.constantFrom("form_submitted", "page_visited", "email_clicked", "custom:6-1234567");
const decay = fc.option(fc.record({ percent: fc.integer({ min: 1, max: 100 }), everyDays: days }), {
  nil: undefined,
});

function eventGroup(object: string): fc.Arbitrary<object> {
  const associated = object === "contact" ? fc.constant(undefined) : contactsOf(object);
  const rule = fc
    .tuple(fc.record({ event, within, limit, enabled: fc.boolean(), associated }), eventForm)
    .map(([common, form]) => ({ ...common, ...form }));
  const rules = fc.array(rule, { minLength: 1, maxLength: 3 });
  return fc.record({ side: fc.constant("engagement"), limit, decay: fc.constant(undefined), rules });
}

const decayedGroup = fc.record({
  ...{ side: fc.constant("engagement"), limit, decay },
  rules: fc.tuple(fc.record({ event, limit, points, enabled: fc.boolean() })),
});

const fitGroup = fc.record({
  side: fc.constant("fit"),
  limit,
  rules: fc.array(
    fc
      .tuple(propertyForm, limit, fc.boolean())
      .map(([form, own, enabled]) => ({ ...form, limit: own, enabled })),
    { minLength: 1, maxLength: 3 },
  ),
});

const floors = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 });

function ladderOf(labels: string, colour: string | undefined): fc.Arbitrary<object[]> {
  return floors.map((unsorted) => {
    const falling = unsorted.toSorted((a, b) => b - a);
    return [...falling, undefined].map((from, index) => ({ label: labels[index], from, color: colour }));
  });
}

const property = fc.record({
  ...{ name: fc.constantFrom("lead_score", "readiness"), label: fc.constantFrom("Lead score", "Readiness") },
  ...{ description: fc.constantFrom("", "Whom to call"), group: fc.constantFrom("lead_scoring", "sales") },
});

const records = fc.oneof(fc.constant(undefined), fc.record({ mode: fc.constantFrom("all", "only"), lists }));

function scoreOf(object: string): fc.Arbitrary<object> {
  const engagement = object === "contact" ? fc.oneof(eventGroup(object), decayedGroup) : eventGroup(object);
  const combined = fc.record({
    type: fc.constant("combined"),
    limit: fc.constant({ max: 200 }),
    sides: fc.constant({ engagement: { max: 100 }, fit: { max: 100 } }),
    groups: fc.tuple(engagement, fitGroup),
    thresholds: fc.option(
      fc.record({ fit: ladderOf("ABCDE", undefined), engagement: ladderOf("12345", undefined) }),
      { nil: undefined },
    ),
  });
  const plain = (type: "engagement" | "fit") =>
    fc.record({
      type: fc.constant(type),
      limit: fc.integer({ min: 1, max: 500 }).map((max) => ({ max })),
      groups: fc.array(type === "fit" ? fitGroup : engagement, { minLength: 1, maxLength: 2 }),
      thresholds: fc.option(ladderOf("VWXYZ", "GREEN"), { nil: undefined }),
    });
  const types = object === "deal" ? [combined] : [combined, plain("engagement"), plain("fit")];
  const common = fc.record({
    object: fc.constant(object),
    property,
    records,
    name: fc.constantFrom("Readiness", "S1"),
  });
  return fc.tuple(common, fc.oneof(...types)).map(([fields, rest]) => ({ ...fields, ...rest }));
}

/** A definition, as a document, that HubSpot's configuration can say in full. */
export const sayableScore: fc.Arbitrary<unknown> = fc
  .constantFrom("contact", "company", "deal")
  .chain(scoreOf)
  .map((score) => numbered(JSON.parse(JSON.stringify(score))));

type Numbered = { groups: { name?: string; rules: { id?: string }[] }[] };

/** Names groups and rules, and drops what is absent. */
function numbered(score: Numbered): unknown {
  score.groups.forEach((group, groupIndex) => {
    group.name = `Group ${groupIndex + 1}`;
    group.rules.forEach((rule, index) => {
      rule.id = `r${groupIndex}-${index}`;
    });
  });
  return { schema: 1, ...score };
}
