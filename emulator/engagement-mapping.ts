/**
 * How the events of a record live in a HubSpot portal. Calls, meetings and what else is logged are
 * objects of their own, associated with the contact; every other event is an event occurrence. Pure.
 */

import { loggedEvents, loggedOfEvent } from "./logged-activities.ts";

export type EventProperties = { readonly [name: string]: string | null };
export type ContactEvent = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly properties: EventProperties;
};
export type ActivityObject = { readonly typeId: string; readonly properties: EventProperties };

const CALL_TYPE = "0-48";
const MEETING_TYPE = "0-47";

/** The ids of HubSpot's default call outcomes. */
export const CALL_OUTCOME_IDS: { readonly [name: string]: string } = {
  BUSY: "9d9162e7-6cf3-4944-bf63-4dff82258764",
  CONNECTED: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
  LEFT_LIVE_MESSAGE: "a4c4c377-d246-4b32-a13b-75a56a4cd0ff",
  LEFT_VOICEMAIL: "b2cf5968-551e-4856-9783-52b3da59a7d0",
  NO_ANSWER: "73a0d17f-1163-4015-bdd5-ec830791da20",
  WRONG_NUMBER: "17b47fee-58de-441e-a44c-c6300d46f273",
};
const OUTCOME_NAMES = new Map(Object.entries(CALL_OUTCOME_IDS).map(([name, id]) => [id, name]));
const STARTED_STATUSES = new Set(["IN_PROGRESS", "CONNECTING", "RINGING", "QUEUED", "CALLING_CRM_USER"]);

/** Properties of activities that HubSpot defines: never properties of the event under their own name. */
const SYSTEM_NAME =
  /^(hs_(timestamp|createdate|lastmodifieddate|object_id|merged_object_ids|activity_type|(call|meeting|email|note|task|communication)_.*)|hubspot_owner_id)$/;

/** Returns the activity object that stands for an event, or undefined when the event is an occurrence. */
export function activityOfEvent(event: Omit<ContactEvent, "id">): ActivityObject | undefined {
  if (event.type === "call_started" || event.type === "call_ended") return callOfEvent(event);
  if (event.type === "meeting_booked" || event.type === "meeting_outcome_changed")
    return meetingOfEvent(event);
  return loggedOfEvent(event);
}

function callOfEvent(event: Omit<ContactEvent, "id">): ActivityObject {
  const properties = new Map<string, string | null>([
    ["hs_timestamp", new Date(event.occurredAt).toISOString()],
    ["hs_call_status", event.type === "call_started" ? "IN_PROGRESS" : "COMPLETED"],
  ]);
  for (const [name, value] of Object.entries(event.properties)) {
    if (name === "direction") properties.set("hs_call_direction", value);
    else if (name === "outcome") properties.set("hs_call_disposition", outcomeId(value));
    else if (name === "duration_seconds") setDuration(properties, value);
    else properties.set(name, value);
  }
  return { typeId: CALL_TYPE, properties: Object.fromEntries(properties) };
}

function outcomeId(outcome: string | null): string | null {
  if (outcome === null || !Object.hasOwn(CALL_OUTCOME_IDS, outcome)) return outcome;
  return CALL_OUTCOME_IDS[outcome] ?? outcome;
}

function setDuration(properties: Map<string, string | null>, seconds: string | null): void {
  const milliseconds = seconds === null ? undefined : millisecondsText(seconds);
  if (milliseconds === undefined) properties.set("duration_seconds", seconds);
  else properties.set("hs_call_duration", milliseconds);
}

/** Returns the milliseconds of a plain number of seconds whose text comes back unchanged, else undefined. */
function millisecondsText(seconds: string): string | undefined {
  const parts = /^(\d+)(?:\.(\d{1,3}))?$/.exec(seconds);
  if (!parts) return undefined;
  const milliseconds = String(Number(`${parts[1]}${(parts[2] ?? "").padEnd(3, "0")}`));
  return secondsText(milliseconds) === seconds ? milliseconds : undefined;
}

function secondsText(milliseconds: string): string {
  return String(Number(milliseconds) / 1000);
}

function meetingOfEvent(event: Omit<ContactEvent, "id">): ActivityObject {
  const at = new Date(event.occurredAt).toISOString();
  const booked = event.type === "meeting_booked";
  const properties = new Map<string, string | null>([["hs_timestamp", at]]);
  if (booked) properties.set("hs_createdate", at);
  for (const [name, value] of Object.entries(event.properties)) {
    if (name === "meeting_type") properties.set("hs_activity_type", value);
    else if (name === "outcome") properties.set("hs_meeting_outcome", value);
    else properties.set(name, value);
  }
  if (booked) properties.set("hs_meeting_outcome", "SCHEDULED");
  return { typeId: MEETING_TYPE, properties: Object.fromEntries(properties) };
}

type ObjectProperties = ReadonlyMap<string, string | null>;

/** Returns the events that an activity object gives; `occurredAt` is its hs_timestamp (ms). */
export function eventsOfActivity(
  activity: { typeId: string; id: string; properties: ObjectProperties },
  occurredAt: number,
): readonly ContactEvent[] {
  const { typeId, id, properties } = activity;
  if (typeId === CALL_TYPE) return [callEvent(id, properties, occurredAt)];
  if (typeId === MEETING_TYPE) return meetingEvents(id, properties, occurredAt);
  return loggedEvents({ typeId, id, properties }, ownProperties(properties), occurredAt);
}

function callEvent(id: string, properties: ObjectProperties, occurredAt: number): ContactEvent {
  const started = STARTED_STATUSES.has(properties.get("hs_call_status") ?? "");
  const found = ownProperties(properties);
  const disposition = properties.get("hs_call_disposition");
  const duration = properties.get("hs_call_duration");
  const direction = properties.get("hs_call_direction");
  if (direction) found.set("direction", direction);
  if (disposition) found.set("outcome", OUTCOME_NAMES.get(disposition) ?? disposition);
  if (duration) found.set("duration_seconds", secondsText(duration));
  return {
    id: `call:${id}:${started ? "started" : "ended"}`,
    type: started ? "call_started" : "call_ended",
    occurredAt,
    properties: Object.fromEntries(found),
  };
}

function meetingEvents(
  id: string,
  properties: ObjectProperties,
  occurredAt: number,
): readonly ContactEvent[] {
  const found = ownProperties(properties);
  const meetingType = properties.get("hs_activity_type");
  if (meetingType) found.set("meeting_type", meetingType);
  const outcome = (properties.get("hs_meeting_outcome") ?? "").trim().toUpperCase().replaceAll(" ", "_");
  const booked: ContactEvent = {
    id: `meeting:${id}:booked`,
    type: "meeting_booked",
    occurredAt,
    properties: Object.fromEntries(found),
  };
  if (outcome === "" || outcome === "SCHEDULED") return [booked];
  const changed: ContactEvent = {
    id: `meeting:${id}:${outcome}`,
    type: "meeting_outcome_changed",
    occurredAt,
    properties: Object.fromEntries(found.set("outcome", outcome)),
  };
  return properties.get("hs_createdate") ? [booked, changed] : [changed];
}

function ownProperties(properties: ObjectProperties): Map<string, string> {
  const own = new Map<string, string>();
  for (const [name, value] of properties) if (value && !SYSTEM_NAME.test(name)) own.set(name, value);
  return own;
}

const EVENT_TYPE_NAMES: readonly (readonly [string, string])[] = [
  ["page_visited", "e_visited_page"],
  ["form_submitted", "e_form_submission_v2"],
  ["ad_interaction", "e_ad_interaction"],
];
const NAME_OF_TYPE = new Map(EVENT_TYPE_NAMES);
const TYPE_OF_NAME = new Map(EVENT_TYPE_NAMES.map(([type, name]) => [name, type]));

/** The main properties of the event types that are occurrences; in HubSpot they carry the prefix `hs_`. */
const MAIN_PROPERTIES: { readonly [type: string]: readonly string[] } = {
  page_visited: ["url", "utm_source", "utm_medium", "utm_campaign"],
  form_submitted: ["form_id", "form_name", "page_url"],
  form_viewed: ["form_id"],
  form_interacted: ["form_id"],
  email_sent: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_delivered: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_opened: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_clicked: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_replied: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_bounced: ["email_id", "email_name", "campaign_id", "link_url", "bot"],
  email_subscription_changed: ["subscription_id", "status"],
  ad_interaction: ["campaign", "network"],
  social_clicked: ["campaign", "network"],
  cta_viewed: ["cta_id", "cta_name"],
  cta_clicked: ["cta_id", "cta_name"],
  conversation_started: ["channel"],
  sequence_enrolled: ["sequence_id"],
  sequence_finished: ["sequence_id"],
  sequence_unenrolled: ["sequence_id"],
  media_played: ["media_id", "seconds"],
  sms_link_clicked: ["link_url"],
  marketing_event_registered: ["event_id"],
  marketing_event_cancelled: ["event_id"],
  workflow_enrolled: ["workflow_id"],
};

type Renames = {
  readonly toHubSpot: ReadonlyMap<string, string>;
  readonly fromHubSpot: ReadonlyMap<string, string>;
};
const RENAMES = new Map(Object.entries(MAIN_PROPERTIES).map(([type, names]) => [type, renames(type, names)]));

function renames(type: string, names: readonly string[]): Renames {
  const pairs = names.map((name): [string, string] => [name, `hs_${name}`]);
  if (type === "page_visited") pairs.push(["page_title", "hs_title"]);
  return { toHubSpot: new Map(pairs), fromHubSpot: new Map(pairs.map(([name, own]) => [own, name])) };
}

/** HubSpot's names of the event types that every portal knows. */
export const STANDARD_OCCURRENCE_TYPES: readonly string[] = Object.keys(MAIN_PROPERTIES).map(
  (type) => NAME_OF_TYPE.get(type) ?? `e_${type}`,
);

/** Returns HubSpot's name of an event type in a portal. */
export function occurrenceType(type: string, portalId: number): string {
  if (type.startsWith("custom:")) return `pe${portalId}_${type.slice("custom:".length)}`;
  return NAME_OF_TYPE.get(type) ?? `e_${type}`;
}

/** Returns the event type that an occurrence's HubSpot name stands for. */
export function typeOfOccurrence(eventType: string, portalId: number): string {
  const custom = `pe${portalId}_`;
  if (eventType.startsWith(custom)) return `custom:${eventType.slice(custom.length)}`;
  return TYPE_OF_NAME.get(eventType) ?? eventType.replace(/^e_/, "");
}

/** Returns an event's properties under the names they have in HubSpot. */
export function occurrenceProperties(type: string, properties: EventProperties): EventProperties {
  return renameKeys(properties, RENAMES.get(type)?.toHubSpot);
}

/** Returns an occurrence's properties under their own names. */
export function propertiesOfOccurrence(type: string, properties: EventProperties): EventProperties {
  return renameKeys(properties, RENAMES.get(type)?.fromHubSpot);
}

function renameKeys(
  properties: EventProperties,
  names: ReadonlyMap<string, string> | undefined,
): EventProperties {
  if (!names) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [names.get(name) ?? name, value]),
  );
}
