import type { Condition } from "./condition-schema.ts";
import type { DefinitionDocument } from "./definition-schema.ts";
import { FURTHER_PROPERTIES, writesProperty } from "./property-names.ts";
import type {
  EngagementGroup,
  EventRule,
  FitGroup,
  PropertyRule,
  ScoreDefinition,
} from "./score-definition.ts";
import { foldText } from "./text.ts";

type DocumentGroup = DefinitionDocument["groups"][number];
type DocumentEventRule = Extract<DocumentGroup, { side: "engagement" }>["rules"][number];
type DocumentPropertyRule = Extract<DocumentGroup, { side: "fit" }>["rules"][number];

/** Returns the definition of a checked document, with the defaults that follow from its other parts. */
export function fillDefaults(document: DefinitionDocument): ScoreDefinition {
  const { sides, ...rest } = document;
  return {
    ...rest,
    ...(document.type === "combined" ? { sides: fillSides(document.limit, sides) } : {}),
    groups: document.groups.map((group) => fillGroup(group, document.associated)),
    property: {
      ...document.property,
      label: document.property.label ?? document.name,
      names: fillNames(document),
    },
  };
}

function fillSides(limit: DefinitionDocument["limit"], sides: DefinitionDocument["sides"]) {
  const fill = (side: { min?: number | undefined; max?: number | undefined } | undefined) =>
    side === undefined ? limit : { min: side.min ?? 0, max: side.max ?? limit.max };
  return { engagement: fill(sides?.engagement), fit: fill(sides?.fit) };
}

function fillNames(document: DefinitionDocument): { [further: string]: string } {
  const names: { [further: string]: string } = {};
  for (const further of FURTHER_PROPERTIES) {
    if (!writesProperty(document, further)) continue;
    names[further] = document.property.names[further] ?? `${document.property.name}_${further}`;
  }
  return names;
}

function fillGroup(
  group: DocumentGroup,
  associated: DefinitionDocument["associated"],
): EngagementGroup | FitGroup {
  if (group.side === "fit") return { ...group, rules: group.rules.map(fillPropertyRule) };
  return { ...group, rules: group.rules.map((rule) => fillEventRule(rule, associated)) };
}

function fillPropertyRule(rule: DocumentPropertyRule): PropertyRule {
  const filled = { ...rule, name: rule.name ?? rule.id };
  if (rule.values === undefined || rule.associated !== undefined) return filled;
  return { ...filled, values: { ...rule.values, otherwise: rule.values.otherwise ?? 0 } };
}

function fillEventRule(rule: DocumentEventRule, associated: DefinitionDocument["associated"]): EventRule {
  const source = rule.associated ?? associated;
  return {
    ...rule,
    name: rule.name ?? rule.id,
    ...(source === undefined ? {} : { associated: source }),
    ...(rule.frequency === undefined ? { count: rule.count ?? defaultCount(rule) } : {}),
  };
}

/** Returns the `count` that a rule without one has: `once` where it chooses among values. */
export function defaultCount(rule: Pick<DocumentEventRule, "where" | "values">): "every" | "once" {
  const scoredTogether = rule.where !== undefined && choosesAmongValues(rule.where);
  return scoredTogether || rule.values !== undefined ? "once" : "every";
}

function choosesAmongValues(condition: Condition): boolean {
  if ("all" in condition) return condition.all.some(choosesAmongValues);
  if ("any" in condition) return condition.any.some(choosesAmongValues);
  if ("not" in condition || "lists" in condition) return false;
  if (condition.operator !== "IS_ANY_OF") return false;
  return new Set(condition.values?.map((value) => foldText(String(value)))).size > 1;
}
