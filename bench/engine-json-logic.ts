import type { Condition, PropertyCondition } from "../src/scoring/condition-schema.ts";
import type { Properties, ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";
import { createTally, foldRecord, plainRules } from "./engine-tally.ts";

type Decide = (properties: Properties) => readonly boolean[];

/** What is used of the package `json-logic-engine`. */
export type JsonLogic = {
  readonly LogicEngine: new () => {
    addMethod(name: string, method: (text: unknown) => number, notes: object): void;
    build(logic: unknown): Decide;
  };
};

const DAY = 86_400_000;

function leafLogic({ property, operator, values = [] }: PropertyCondition): unknown {
  const text = { val: [property] };
  const texts = values.map((value) => String(value).toLowerCase());
  const known = { "!!": [text] };
  switch (operator) {
    case "CONTAINS":
      return { and: [known, { or: texts.map((value) => ({ in: [value, text] })) }] };
    case "ENDS_WITH":
      return {
        and: [known, { or: texts.map((value) => ({ "==": [{ substr: [text, -value.length] }, value] })) }],
      };
    case "IS_NONE_OF":
      return { and: [known, { "!": [{ in: [text, texts] }] }] };
    case "IS_GREATER_THAN":
      return { and: [known, { ">": [text, values[0]] }] };
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return { and: [known, { ">=": [text, values[0]] }] };
    case "IS_BETWEEN":
      return { and: [known, { "<=": [values[0], text, values[1]] }] };
    case "IS_KNOWN":
      return known;
    case "IS_LESS_THAN_X_DAYS_AGO":
      return { ">": [{ instant: [text] }, AT - Number(values[0]) * DAY] };
    default:
      return { in: [text, texts] };
  }
}

function whereLogic(condition: Condition | undefined): unknown {
  if (condition === undefined) return true;
  if ("all" in condition) return { and: condition.all.map(whereLogic) };
  return "property" in condition ? leafLogic(condition) : false;
}

/** Returns the contestant: one compiled logic for each type of event, and one for the properties. */
export function jsonLogic(
  { LogicEngine }: JsonLogic,
  definition: ScoreDefinition,
  records: readonly ScoredRecord[],
): Contestant {
  const engine = new LogicEngine();
  engine.addMethod("instant", (text) => Date.parse(String(text).toUpperCase()), { deterministic: true });
  const places = Map.groupBy(
    plainRules(definition).map((rule, place) => ({ ...rule, place })),
    ({ event }) => event,
  );
  const decisions = new Map(
    [...places].map(([event, rules]) => {
      const decide = engine.build(rules.map(({ where }) => ({ if: [whereLogic(where), true, false] })));
      return [event, { decide, places: rules.map(({ place }) => place) }];
    }),
  );
  const folded = records.map(foldRecord);
  const tally = createTally(definition);
  const report = (event: string | null, properties: Properties, met: (place: number) => void) => {
    const decision = decisions.get(event);
    decision?.decide(properties).forEach((holds, index) => {
      if (holds) met(decision.places[index] ?? -1);
    });
  };
  const scoreOne = ({ properties, events }: ScoredRecord): Outcome => {
    for (const event of events)
      report(event.type, event.properties, (place) => tally.meet(place, event.occurredAt));
    report(null, properties, tally.hold);
    return tally.finish();
  };
  return {
    name: "json-logic-engine, built",
    contacts: records.length,
    score: (first, end) => folded.slice(first, end).map(scoreOne),
  };
}
