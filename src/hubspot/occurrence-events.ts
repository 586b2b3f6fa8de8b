import type { EngagementEvent, Properties } from "../scoring/record.ts";
import type { EventOccurrence } from "./event-occurrences.ts";

const customPrefix = "custom:";

// Event types that HubSpot names otherwise than by their own name; the first name known to the account is read.
const hubSpotNames: { readonly [type: string]: readonly string[] } = {
  page_visited: ["e_visited_page"],
  form_submitted: ["e_form_submission_v2", "e_submitted_form"],
};

const ownNames = new Map(
  Object.entries(hubSpotNames).flatMap(([type, names]) => names.map((name) => [name, type] as const)),
);

/**
 * Returns the HubSpot event type to read for an event type of a definition: at most one, since HubSpot may
 * report one happening under several names; none where the account knows no such type.
 */
export function occurrenceTypesFor(type: string, portal: string, knownTypes: ReadonlySet<string>): string[] {
  const names = type.startsWith(customPrefix)
    ? [`pe${portal}_${type.slice(customPrefix.length)}`]
    : (hubSpotNames[type] ?? [`e_${type}`]);
  const known = names.find((name) => knownTypes.has(name));
  return known === undefined ? [] : [known];
}

/** Returns the event type that a HubSpot event type of this portal stands for, or undefined for another app's. */
export function eventTypeOf(occurrenceType: string, portal: string): string | undefined {
  const ownPrefix = `pe${portal}_`;
  if (occurrenceType.startsWith(ownPrefix)) return customPrefix + occurrenceType.slice(ownPrefix.length);
  const named = ownNames.get(occurrenceType);
  if (named !== undefined) return named;
  return occurrenceType.startsWith("e_") ? occurrenceType.slice(2) : undefined;
}

/** Returns the contact id and the event that an occurrence stands for; undefined for other objects and other apps' events. */
export function occurrenceEvent(
  occurrence: EventOccurrence,
  portal: string,
): { readonly contactId: string; readonly event: EngagementEvent } | undefined {
  const type = eventTypeOf(occurrence.eventType, portal);
  if (type === undefined || occurrence.object !== "contact") return undefined;
  const properties = type.startsWith(customPrefix)
    ? occurrence.properties
    : standardProperties(type, occurrence.properties);
  return {
    contactId: occurrence.objectId,
    event: { id: occurrence.id, type, occurredAt: occurrence.occurredAt, properties },
  };
}

function standardProperties(type: string, properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [standardName(type, name), value]),
  );
}

function standardName(type: string, name: string): string {
  if (type === "page_visited" && name === "hs_title") return "page_title";
  return name.startsWith("hs_") && name.length > 3 ? name.slice(3) : name;
}
