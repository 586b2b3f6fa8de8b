import type { EngagementEvent, Properties } from "../scoring/record.ts";
import { thousandthOf } from "./decimal-text.ts";

/** An engagement object as read from HubSpot, as far as its events need it. */
export type EngagementObject = { readonly id: string; readonly properties: Properties };

const startedStatuses = new Set(["IN_PROGRESS", "CONNECTING", "RINGING", "QUEUED", "CALLING_CRM_USER"]);

// HubSpot's default call outcomes, the same in every account; an account's own have other ids.
const defaultOutcomes: { readonly [disposition: string]: string } = {
  "9d9162e7-6cf3-4944-bf63-4dff82258764": "BUSY",
  "f240bbac-87c9-4f6e-bf70-924b57d47db7": "CONNECTED",
  "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "LEFT_LIVE_MESSAGE",
  "b2cf5968-551e-4856-9783-52b3da59a7d0": "LEFT_VOICEMAIL",
  "73a0d17f-1163-4015-bdd5-ec830791da20": "NO_ANSWER",
  "17b47fee-58de-441e-a44c-c6300d46f273": "WRONG_NUMBER",
};

const callProperties = [
  "hs_timestamp",
  "hs_call_status",
  "hs_call_direction",
  "hs_call_duration",
  "hs_call_disposition",
];
const meetingProperties = ["hs_timestamp", "hs_createdate", "hs_meeting_outcome", "hs_activity_type"];
const mappedNames: { readonly [object: string]: ReadonlySet<string> } = {
  call: new Set(["direction", "outcome"]),
  meeting: new Set(["meeting_type", "outcome"]),
};

/** Returns the HubSpot properties to read of calls or meetings so that their events hold the properties named. */
export function engagementPropertyNames(
  object: "call" | "meeting",
  eventProperties: readonly string[],
): string[] {
  const own = eventProperties.filter((name) => !mappedNames[object]?.has(name));
  return [...new Set([...(object === "call" ? callProperties : meetingProperties), ...own])];
}

/** Returns the events that a call or meeting stands for, with its own properties of these names; none without a time. */
export function engagementEvents(
  object: "call" | "meeting",
  record: EngagementObject,
  eventProperties: readonly string[],
): EngagementEvent[] {
  const occurredAt = instantOf(textOf(record, "hs_timestamp"));
  if (occurredAt === undefined) return [];
  const own = eventProperties.filter((name) => !mappedNames[object]?.has(name));
  const custom = present(own.map((name) => [name, textOf(record, name)]));
  return object === "call"
    ? [callEvent(record, occurredAt, custom)]
    : meetingEvents(record, occurredAt, custom);
}

function callEvent(record: EngagementObject, occurredAt: number, custom: Properties): EngagementEvent {
  const isStarted = startedStatuses.has(textOf(record, "hs_call_status") ?? "");
  const disposition = textOf(record, "hs_call_disposition");
  const properties = {
    ...custom,
    ...present([
      ["direction", textOf(record, "hs_call_direction")],
      ["duration_seconds", thousandthOf(textOf(record, "hs_call_duration") ?? "")],
      ["outcome", disposition && (defaultOutcomes[disposition] ?? disposition)],
    ]),
  };
  const id = `call:${record.id}:${isStarted ? "started" : "ended"}`;
  return { id, type: isStarted ? "call_started" : "call_ended", occurredAt, properties };
}

function meetingEvents(record: EngagementObject, occurredAt: number, custom: Properties): EngagementEvent[] {
  const outcome = (textOf(record, "hs_meeting_outcome") ?? "SCHEDULED").toUpperCase().replaceAll(/\s/g, "_");
  const properties = { ...custom, ...present([["meeting_type", textOf(record, "hs_activity_type")]]) };
  const id = `meeting:${record.id}`;
  const booked = { id: `${id}:booked`, type: "meeting_booked", occurredAt, properties };
  if (outcome === "SCHEDULED") return [booked];
  const changed = {
    id: `${id}:${outcome}`,
    type: "meeting_outcome_changed",
    occurredAt,
    properties: { ...properties, outcome },
  };
  return textOf(record, "hs_createdate") === undefined ? [changed] : [booked, changed];
}

function textOf(record: EngagementObject, name: string): string | undefined {
  const value = Object.hasOwn(record.properties, name) ? record.properties[name] : undefined;
  return value === null || value === "" ? undefined : value;
}

function present(entries: readonly (readonly [string, string | undefined])[]): Properties {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
