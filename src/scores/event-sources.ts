import {
  type EngagementObjectName as Activity,
  ENGAGEMENT_OBJECTS,
} from "../hubspot/engagement-properties.ts";

const ACTIVITY_OF: Readonly<Record<string, Activity>> = {
  call_started: "call",
  call_ended: "call",
  meeting_booked: "meeting",
  meeting_outcome_changed: "meeting",
  email_logged: "email",
  note_logged: "note",
  task_completed: "task",
  communication_logged: "communication",
};

/** The engagement object that events of this type come from, or undefined where they are none of such an object. */
export function activityOf(eventType: string): Activity | undefined {
  return Object.hasOwn(ACTIVITY_OF, eventType) ? ACTIVITY_OF[eventType] : undefined;
}

/** Whether an object type is one of the engagement objects. */
export function isActivity(object: string): object is Activity {
  return ENGAGEMENT_OBJECTS.some((activity) => activity === object);
}

const EVENT_SOURCES = [
  "activities",
  "occurrences",
  "forms",
  "marketing_emails",
  "conversations",
  "counters",
  "own",
  "none",
] as const;

/** Where events come from; `own`: from customers' systems alone, `none`: the account has no source of them. */
export type EventSource = (typeof EVENT_SOURCES)[number];

/** Whether a text names a source of events. */
export function isEventSource(text: string): text is EventSource {
  return EVENT_SOURCES.some((source) => source === text);
}

const FORMS: readonly EventSource[] = ["occurrences", "forms", "counters"];
const EMAILS: readonly EventSource[] = ["occurrences", "marketing_emails"];
const COUNTED_EMAILS: readonly EventSource[] = [...EMAILS, "counters"];
const COUNTED: readonly EventSource[] = ["occurrences", "counters"];

const SOURCES: Readonly<Record<string, readonly EventSource[]>> = {
  page_visited: COUNTED,
  form_submitted: FORMS,
  email_sent: EMAILS,
  email_delivered: COUNTED_EMAILS,
  email_opened: COUNTED_EMAILS,
  email_clicked: COUNTED_EMAILS,
  email_replied: COUNTED,
  email_bounced: COUNTED_EMAILS,
  email_subscription_changed: EMAILS,
  social_clicked: COUNTED,
  conversation_started: ["occurrences", "conversations"],
};

/** The sources that an account may have of events of this type, the most telling first; one alone is ever used. */
export function sourcesOf(eventType: string): readonly EventSource[] {
  if (activityOf(eventType) !== undefined) return ["activities"];
  if (eventType.startsWith("custom:")) return ["occurrences", "own"];
  return Object.hasOwn(SOURCES, eventType) ? (SOURCES[eventType] ?? []) : ["occurrences"];
}

/** The source in use of events of this type, as far as one was chosen; else the first that there may be. */
export function sourceInUse(eventType: string, chosen: ReadonlyMap<string, EventSource>): EventSource {
  return chosen.get(eventType) ?? sourcesOf(eventType)[0] ?? "none";
}

const NAMED_BY_EMAIL: ReadonlySet<EventSource> = new Set(["forms", "marketing_emails"]);

/** Whether events of this type name their contacts by e-mail addresses or ids of other systems. */
export function isNamedByValue(eventType: string, source: EventSource): boolean {
  return eventType.startsWith("custom:") || NAMED_BY_EMAIL.has(source);
}

const FEATURES: { readonly [Source in EventSource]?: string } = {
  occurrences: "event occurrences",
  forms: "form submissions",
  marketing_emails: "marketing e-mails",
  conversations: "conversations",
};

/** The part of HubSpot that a source of these events is, by the name under which its refusal is noted; undefined where nothing is read. */
export function featureOfSource(source: EventSource, eventType: string): string | undefined {
  const activity = activityOf(eventType);
  return activity === undefined ? FEATURES[source] : `${activity} records`;
}

/**
 * The parts of HubSpot that events of this type need: that of the source in use; or those of all better ones, where nothing
 * is left, or only counters, whose events know no properties, though properties are read.
 */
export function featuresOfEvents(eventType: string, used: EventSource, readsProperties: boolean): string[] {
  const isPoor = used === "none" || (used === "counters" && readsProperties);
  const wanted = isPoor ? sourcesOf(eventType) : [used];
  return wanted.flatMap((source) => featureOfSource(source, eventType) ?? []);
}
