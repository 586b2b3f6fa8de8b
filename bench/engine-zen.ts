import type { Condition, PropertyCondition } from "../src/scoring/condition-schema.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";
import { createTally, foldRecord, type PlainRule, plainRules } from "./engine-tally.ts";

type Answer = { readonly [rule: string]: readonly number[] | boolean };

/** What is used of the package `@gorules/zen-engine`. */
export type Zen = {
  readonly ZenEngine: new () => {
    createDecision(content: unknown): {
      evaluate(context: unknown): Promise<{ result: Answer }>;
    };
    dispose(): void;
  };
};

const DAY = 86_400_000;

function quote(text: string | number): string {
  return `'${String(text).toLowerCase()}'`;
}

function leafExpression({ property, operator, values = [] }: PropertyCondition, owner: string): string {
  const text = `${owner}.${property}`;
  const known = `${text} != null and ${text} != ''`;
  const anyOf = (name: string) => values.map((value) => `${name}(${text}, ${quote(value)})`).join(" or ");
  switch (operator) {
    case "CONTAINS":
      return `(${known} and (${anyOf("contains")}))`;
    case "ENDS_WITH":
      return `(${known} and (${anyOf("endsWith")}))`;
    case "IS_NONE_OF":
      return `(${known} and ${text} not in [${values.map(quote).join(", ")}])`;
    case "IS_GREATER_THAN":
      return `(${known} and number(${text}) > ${values[0]})`;
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return `(${known} and number(${text}) >= ${values[0]})`;
    case "IS_BETWEEN":
      return `(${known} and number(${text}) >= ${values[0]} and number(${text}) <= ${values[1]})`;
    case "IS_KNOWN":
      return `(${known})`;
    case "IS_LESS_THAN_X_DAYS_AGO":
      return `(date(upper(${text})) >= ${(AT - Number(values[0]) * DAY) / 1_000})`;
    default:
      return `(${text} in [${values.map(quote).join(", ")}])`;
  }
}

function whereExpression(condition: Condition | undefined, owner: string): string {
  if (condition === undefined) return "true";
  if ("all" in condition) return condition.all.map((part) => whereExpression(part, owner)).join(" and ");
  return "property" in condition ? leafExpression(condition, owner) : "false";
}

function ruleExpression({ event, where }: PlainRule): string {
  if (event === null) return whereExpression(where, "properties");
  const holds = `#.type == '${event}' and ${whereExpression(where, "#.properties")}`;
  return `map(filter(events, ${holds}), #.occurredAt)`;
}

function decisionGraph(rules: readonly PlainRule[]): object {
  const expressions = rules.map((rule) => ({ id: rule.id, key: rule.id, value: ruleExpression(rule) }));
  const node = (id: string, type: string, content?: object) => ({
    id,
    name: id,
    type,
    position: { x: 0, y: 0 },
    ...(content && { content }),
  });
  return {
    nodes: [
      node("in", "inputNode"),
      node("rules", "expressionNode", { expressions }),
      node("out", "outputNode"),
    ],
    edges: [
      { id: "1", type: "edge", sourceId: "in", targetId: "rules" },
      { id: "2", type: "edge", sourceId: "rules", targetId: "out" },
    ],
  };
}

/** Returns the contestant: one decision a contact, which names the events of each rule. */
export function zen(
  { ZenEngine }: Zen,
  definition: ScoreDefinition,
  records: readonly ScoredRecord[],
): Contestant {
  const rules = plainRules(definition);
  const engine = new ZenEngine();
  const decision = engine.createDecision(decisionGraph(rules));
  const folded = records.map(foldRecord).map(({ properties, events }) => ({ properties, events }));
  const tally = createTally(definition);
  const addUp = (answer: Answer): Outcome => {
    rules.forEach(({ id }, place) => {
      const said = answer[id];
      if (said === true) tally.hold(place);
      else if (Array.isArray(said)) for (const time of said) tally.meet(place, Number(time));
    });
    return tally.finish();
  };
  return {
    name: "zen-engine",
    contacts: records.length,
    score: async (first, end) => {
      const outcomes: Outcome[] = [];
      for (const contact of folded.slice(first, end))
        outcomes.push(addUp((await decision.evaluate(contact)).result));
      return outcomes;
    },
    close: () => engine.dispose(),
  };
}
