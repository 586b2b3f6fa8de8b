import type { Calendar } from "./calendar.ts";
import { compileEventRule, eventSheets, type Surroundings } from "./compile-event-rule.ts";
import { type EventRules, joinEventRules } from "./event-rules.ts";
import type { EventTally, Horizon } from "./event-tally.ts";
import { type Bounds, toBounds } from "./points.ts";
import { compilePropertyRule, type PropertyTally } from "./property-rules.ts";
import { newShelf } from "./property-sheet.ts";
import type { RuleTally } from "./rule-tally.ts";
import type { EngagementGroup, FitGroup, ScoreDefinition, Side } from "./score-definition.ts";

/** A group with the outcomes of its rules, and its own (units) once settled. */
export type GroupTally = {
  readonly name: string;
  readonly side: Side;
  readonly bounds: Bounds;
  readonly rules: readonly RuleTally[];
  before: number;
  points: number;
};

/** A side with its groups, and its own units once settled; `adjustments` are part of `before`. */
export type SideTally = {
  readonly side: Side;
  readonly bounds: Bounds;
  readonly groups: readonly GroupTally[];
  adjustments: number;
  before: number;
  points: number;
};

/** A compiled score: its rules as closures, and the figures of the record at hand. */
export type ScoreProgram = {
  readonly eventRules: EventRules;
  readonly propertyRules: readonly PropertyTally[];
  readonly groups: readonly GroupTally[];
  readonly engagement: SideTally | null;
  readonly fit: SideTally | null;
  readonly bounds: Bounds;
  readonly readsAssociations: boolean;
  /** Must be called before a record is measured. */
  readonly forgetSubjects: () => void;
};

type EventEntry = { readonly event: string; readonly tally: EventTally };

/** Returns the program of a definition. */
export function compileProgram(definition: ScoreDefinition, calendar: Calendar): ScoreProgram {
  const eventRules: EventEntry[] = [];
  const propertyRules: PropertyTally[] = [];
  const shelf = newShelf();
  const horizon: Horizon = { next: Number.POSITIVE_INFINITY };
  const surroundings = { calendar, sheetsOf: shelf.sheetsOf, horizon };
  const groups = definition.groups.map((group) =>
    group.side === "engagement"
      ? compileEngagementGroup(group, surroundings, eventRules)
      : compileFitGroup(group, surroundings, propertyRules),
  );
  return {
    eventRules: joinEventRules(eventRules, (type) => shelf.sheetsOf(eventSheets(type)).own, horizon),
    propertyRules,
    groups,
    engagement: definition.type === "fit" ? null : newSide("engagement", definition, groups),
    fit: definition.type === "engagement" ? null : newSide("fit", definition, groups),
    bounds: toBounds(definition.limit),
    forgetSubjects: shelf.forgetSubjects,
    readsAssociations:
      eventRules.some(({ tally }) => tally.source !== null) ||
      propertyRules.some(({ source }) => source !== null),
  };
}

function compileEngagementGroup(
  group: EngagementGroup,
  surroundings: Surroundings,
  compiled: EventEntry[],
): GroupTally {
  const rules = group.rules.map(newRule);
  group.rules.forEach((definition, index) => {
    const rule = rules[index];
    if (rule === undefined || !definition.enabled) return;
    const tally = compileEventRule(definition, group.decay, rule, surroundings);
    compiled.push({ event: definition.event, tally });
  });
  return newGroup(group, rules);
}

function compileFitGroup(group: FitGroup, { sheetsOf }: Surroundings, compiled: PropertyTally[]): GroupTally {
  const rules = group.rules.map(newRule);
  group.rules.forEach((definition, index) => {
    const rule = rules[index];
    if (rule === undefined || !definition.enabled) return;
    compiled.push(compilePropertyRule(definition, rule, sheetsOf("record")));
  });
  return newGroup(group, rules);
}

function newRule({ id, limit }: EngagementGroup["rules"][number] | FitGroup["rules"][number]): RuleTally {
  return { id, bounds: toBounds(limit), before: 0, matches: 0 };
}

function newGroup(
  { name, side, limit }: EngagementGroup | FitGroup,
  rules: readonly RuleTally[],
): GroupTally {
  return { name, side, bounds: toBounds(limit), rules, before: 0, points: 0 };
}

function newSide(side: Side, definition: ScoreDefinition, groups: readonly GroupTally[]): SideTally {
  return {
    side,
    bounds: toBounds(definition.sides?.[side] ?? definition.limit),
    groups: groups.filter((group) => group.side === side),
    adjustments: 0,
    before: 0,
    points: 0,
  };
}
