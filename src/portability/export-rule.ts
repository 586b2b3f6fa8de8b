import { defaultCount } from "../scoring/fill-defaults.ts";
import type { Associated, EventRule, PropertyRule } from "../scoring/score-definition.ts";
import { eventTypeIdOf, hubSpotEventProperty } from "./event-type-ids.ts";
import { exportCalculation, type PlacedRule } from "./export-calculation.ts";
import { exportAssociationFilters, type Json } from "./export-condition.ts";
import { exportTimeframe } from "./export-timeframe.ts";
import { associationSpecs, objectTypeIdOf } from "./object-type-ids.ts";

/** What is known of a rule's place: the scored object. */
export type RuleContext = { readonly object: string };

type Bounds = { readonly min?: number | undefined; readonly max?: number | undefined };

/** Returns a rule of a draft in HubSpot's configuration, or `null`, noted, where it cannot say the rule. */
export function exportRule(placed: PlacedRule<EventRule | PropertyRule>, context: RuleContext): Json | null {
  const { rule, path, report } = placed;
  const calculation = isEventRule(placed)
    ? exportEventRule(placed, context)
    : exportPropertyRule(placed, context);
  if (calculation === null) {
    report.note(path, `HubSpot cannot say rule ${rule.id}: it is left out`);
    return null;
  }
  if (rule.name !== rule.id) report.note([...path, "name"], "HubSpot's rules have no names");
  const limit: Bounds = rule.limit ?? onceLimit(placed) ?? {};
  return {
    ...{ id: rule.id, enabled: rule.enabled },
    ...(limit.min !== undefined && { minimumValue: limit.min }),
    ...(limit.max !== undefined && { maximumValue: limit.max }),
    configuration: { calculation },
  };
}

function isEventRule(placed: PlacedRule<EventRule | PropertyRule>): placed is PlacedRule<EventRule> {
  return "event" in placed.rule;
}

function exportPropertyRule(
  placed: PlacedRule<PropertyRule | EventRule>,
  { object }: RuleContext,
): Json | null {
  const { associated } = placed.rule;
  const recordCalculation = exportCalculation(placed, (name) => name);
  if (associated === undefined || recordCalculation === null) return recordCalculation;
  const association = exportAssociation(placed, associated, object);
  return association && { type: "ASSOCIATIONS", ...association, recordCalculation };
}

function exportEventRule(placed: PlacedRule<EventRule>, { object }: RuleContext): Json | null {
  const { rule, path, report } = placed;
  const eventTypeId = eventTypeIdOf(rule.event);
  if (eventTypeId === undefined) {
    report.note([...path, "event"], `HubSpot has no event type id for ${rule.event}`);
    return null;
  }
  const entry = exportEntry(placed, eventTypeId);
  if (entry === null) return null;
  noteCount(placed);
  const events = { type: "MULTI_UE", eventCalculators: [entry] };
  if (rule.associated === undefined) return events;
  const association = exportAssociation(placed, rule.associated, object);
  return association && { type: "ASSOCIATION_UE", ...association, recordCalculation: events };
}

function exportEntry(placed: PlacedRule<EventRule>, eventTypeId: string): Json | null {
  const { event, within, frequency } = placed.rule;
  const recordCalculation = exportCalculation(placed, (name) => hubSpotEventProperty(event, name));
  if (recordCalculation === null) return null;
  return {
    ...{ eventTypeId, recordCalculation },
    ...(within !== undefined && { eventTimeframe: exportTimeframe(within) }),
    ...(frequency !== undefined && { eventFrequencyCriteria: exportFrequency(frequency) }),
  };
}

function exportFrequency(frequency: NonNullable<EventRule["frequency"]>): Json {
  const ranges = frequency.map(({ from, to, points: value }) => {
    if (to === undefined) return { type: "AT_LEAST", from, value };
    return { type: from === to ? "EXACTLY" : "BETWEEN", from, to, value };
  });
  return { type: "BETWEEN", ranges };
}

function exportAssociation(
  { path, report }: PlacedRule<EventRule | PropertyRule>,
  associated: Associated,
  object: string,
): Json | null {
  const { label, where } = associated;
  const specs = associationSpecs(object, associated.object, label);
  if (specs === undefined) {
    const kind = label === undefined ? `from ${object} to ${associated.object}` : `with label ${label}`;
    report.note([...path, "associated"], `HubSpot names associations ${kind} by a number of the account`);
    return null;
  }
  const filters =
    where === undefined
      ? undefined
      : exportAssociationFilters({ condition: where, path: [...path, "associated", "where"], report });
  if (filters === null) return null;
  return {
    ...{ associatedObjectTypeId: objectTypeIdOf(associated.object), ...specs },
    ...(filters !== undefined && { associationFilters: filters }),
    rollupType: associated.aggregate === "average" ? "AVG" : associated.aggregate.toUpperCase(),
  };
}

/** HubSpot has no choice of every or once: it follows from the kind of rule, as the default does here. */
function noteCount({ rule, path, report }: PlacedRule<EventRule>): void {
  if (rule.count === undefined || rule.count === defaultCount(rule)) return;
  const cure =
    onceAsLimit(rule) === undefined
      ? ""
      : `: written as a limit of ${rule.points} points, which decay fills anew`;
  report.note([...path, "count"], `HubSpot cannot say ${rule.count} of this rule${cure}`);
}

function onceLimit(placed: PlacedRule<EventRule | PropertyRule>): Bounds | undefined {
  return isEventRule(placed) ? onceAsLimit(placed.rule) : undefined;
}

/** Of equal points that count once, a limit of as many points comes to the same, while nothing decays. */
function onceAsLimit(rule: EventRule): Bounds | undefined {
  const { points } = rule;
  if (rule.count !== "once" || defaultCount(rule) === "once" || rule.limit !== undefined) return undefined;
  if (points === undefined || points === 0 || rule.associated !== undefined) return undefined;
  return points > 0 ? { max: points } : { min: points };
}
