import {
  type EngagementObjectName as Activity,
  ENGAGEMENT_OBJECTS,
} from "../hubspot/engagement-properties.ts";
import type { Coverage } from "../store/coverage.ts";
import { activityOf, type EventSource } from "./event-sources.ts";
import type { PortalNeeds } from "./portal-needs.ts";

/** One thing that a run reads whole, page by page, before it scores. */
export type ReadStep =
  | { readonly kind: "records"; readonly object: string; readonly properties: readonly string[] }
  | { readonly kind: "history"; readonly object: string; readonly properties: readonly string[] }
  | { readonly kind: "associations"; readonly object: string; readonly toObject: string }
  | { readonly kind: "list"; readonly object: string; readonly listId: string }
  | { readonly kind: "activities"; readonly activity: Activity; readonly names: readonly string[] }
  | { readonly kind: "occurrences"; readonly type: string }
  | { readonly kind: "forms" | "marketing_emails" | "conversations"; readonly types: readonly string[] };

export type BackfillStep = ReadStep | { readonly kind: "score"; readonly object: string };

const keyOf = (item: Coverage): string => `${item.object} ${item.kind} ${item.name}`;

function recordSteps(needs: PortalNeeds, isMissing: (item: Coverage) => boolean): ReadStep[] {
  return [...needs.objects].flatMap(([object, own]) => {
    const steps: ReadStep[] = [];
    const properties = [...own.properties].filter((name) => isMissing({ object, kind: "property", name }));
    const history = [...own.historyProperties].filter((name) => isMissing({ object, kind: "history", name }));
    if (properties.length > 0 || isMissing({ object, kind: "records", name: "" })) {
      steps.push({ kind: "records", object, properties });
    }
    if (history.length > 0) steps.push({ kind: "history", object, properties: history });
    for (const listId of own.lists) {
      if (isMissing({ object, kind: "list", name: listId })) steps.push({ kind: "list", object, listId });
    }
    return steps;
  });
}

function associationSteps(needs: PortalNeeds, isMissing: (item: Coverage) => boolean): ReadStep[] {
  return [...needs.objects].flatMap(([object, own]) =>
    [...own.associated]
      .filter((toObject) => isMissing({ object, kind: "association", name: toObject }))
      .map((toObject) => ({ kind: "associations", object, toObject }) as const),
  );
}

/** An activity's property is read only when asked for, so each counts on its own. */
function activityNames(needs: PortalNeeds, activity: Activity): string[] {
  const own = [...needs.eventProperties].filter(([type]) => activityOf(type) === activity);
  return own.flatMap(([type, properties]) => [type, ...[...properties].map((name) => `${type}.${name}`)]);
}

/** Sources that are read whole, for all their event types together. */
const READ_WHOLE = ["forms", "marketing_emails", "conversations"] as const;

function eventSteps(needs: PortalNeeds, isMissing: (item: Coverage) => boolean): ReadStep[] {
  const isUnread = (name: string): boolean => isMissing({ object: "contact", kind: "event", name });
  const typesFrom = (source: EventSource): string[] =>
    [...needs.sources].filter(([, used]) => used === source).map(([type]) => type);
  const activities = ENGAGEMENT_OBJECTS.map(
    (activity) => ({ kind: "activities", activity, names: activityNames(needs, activity) }) as const,
  ).filter((step) => step.names.some(isUnread));
  const occurrences = typesFrom("occurrences")
    .filter(isUnread)
    .map((type) => ({ kind: "occurrences", type }) as const);
  const whole = READ_WHOLE.map((kind) => ({ kind, types: typesFrom(kind) }) as const);
  return [...activities, ...occurrences, ...whole.filter((step) => step.types.some(isUnread))];
}

/** What must still be read from HubSpot before scores with these needs can be right, in order. */
export function missingReads(needs: PortalNeeds, covered: readonly Coverage[]): ReadStep[] {
  const known = new Set(covered.map(keyOf));
  const isMissing = (item: Coverage): boolean => !known.has(keyOf(item));
  return [
    ...recordSteps(needs, isMissing),
    ...associationSteps(needs, isMissing),
    ...eventSteps(needs, isMissing),
  ];
}

/** What a finished step makes known. */
export function coverageOf(step: ReadStep): Coverage[] {
  switch (step.kind) {
    case "records":
      return [
        { object: step.object, kind: "records", name: "" },
        ...step.properties.map((name) => ({ object: step.object, kind: "property", name }) as const),
      ];
    case "history":
      return step.properties.map((name) => ({ object: step.object, kind: "history", name }));
    case "associations":
      return [{ object: step.object, kind: "association", name: step.toObject }];
    case "list":
      return [{ object: step.object, kind: "list", name: step.listId }];
    case "activities":
      return step.names.map((name) => ({ object: "contact", kind: "event", name }));
    case "occurrences":
      return [{ object: "contact", kind: "event", name: step.type }];
    case "forms":
    case "marketing_emails":
    case "conversations":
      return step.types.map((name) => ({ object: "contact", kind: "event", name }));
  }
}
