import type { Coverage } from "../store/coverage.ts";
import type { PortalNeeds } from "./portal-needs.ts";

/** One thing that a run reads whole, page by page, before it scores. */
export type ReadStep =
  | { readonly kind: "records"; readonly object: string; readonly properties: readonly string[] }
  | { readonly kind: "history"; readonly object: string; readonly properties: readonly string[] }
  | { readonly kind: "associations"; readonly object: string; readonly toObject: string }
  | { readonly kind: "list"; readonly object: string; readonly listId: string }
  | { readonly kind: "activities"; readonly activity: "call" | "meeting"; readonly names: readonly string[] }
  | { readonly kind: "occurrences"; readonly type: string };

export type BackfillStep = ReadStep | { readonly kind: "score"; readonly object: string };

const ACTIVITY_OF: Readonly<Record<string, "call" | "meeting">> = {
  call_started: "call",
  call_ended: "call",
  meeting_booked: "meeting",
  meeting_outcome_changed: "meeting",
};

/** The engagement object that events of this type come from, or undefined where they are event occurrences. */
export function activityOf(eventType: string): "call" | "meeting" | undefined {
  return Object.hasOwn(ACTIVITY_OF, eventType) ? ACTIVITY_OF[eventType] : undefined;
}

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

/** A call's or meeting's property is read only when asked for, so each counts on its own. */
function activityNames(needs: PortalNeeds, activity: "call" | "meeting"): string[] {
  const own = [...needs.eventProperties].filter(([type]) => activityOf(type) === activity);
  return own.flatMap(([type, properties]) => [type, ...[...properties].map((name) => `${type}.${name}`)]);
}

function eventSteps(needs: PortalNeeds, isMissing: (item: Coverage) => boolean): ReadStep[] {
  const isUnread = (name: string): boolean => isMissing({ object: "contact", kind: "event", name });
  const activities = (["call", "meeting"] as const)
    .map((activity) => ({ kind: "activities", activity, names: activityNames(needs, activity) }) as const)
    .filter((step) => step.names.some(isUnread));
  const occurrences = [...needs.eventProperties.keys()]
    .filter((type) => activityOf(type) === undefined && isUnread(type))
    .map((type) => ({ kind: "occurrences", type }) as const);
  return [...activities, ...occurrences];
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
  }
}
