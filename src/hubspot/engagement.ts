import type { EngagementEvent, Properties } from "../scoring/record.ts";
import { thousandthOf } from "./decimal-text.ts";
import { type EngagementObjectName, ownEventProperties } from "./engagement-properties.ts";

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

/** What an engagement object says of itself, and with it the event properties that it holds under their own names. */
type Happening = {
  readonly record: EngagementObject;
  readonly occurredAt: number;
  readonly custom: Properties;
};

const readers: { readonly [Name in EngagementObjectName]: (happening: Happening) => EngagementEvent[] } = {
  call: ({ record, occurredAt, custom }) => [callEvent(record, occurredAt, custom)],
  meeting: ({ record, occurredAt, custom }) => meetingEvents(record, occurredAt, custom),
  email: emailEvents,
  note: ({ record, occurredAt, custom }) => [
    { id: `note:${record.id}`, type: "note_logged", occurredAt, properties: custom },
  ],
  task: taskEvents,
  communication: ({ record, occurredAt, custom }) => {
    const properties = {
      ...custom,
      ...present([["channel", textOf(record, "hs_communication_channel_type")]]),
    };
    return [{ id: `communication:${record.id}`, type: "communication_logged", occurredAt, properties }];
  },
};

/** Returns the events that an engagement object stands for, with its own properties of these names; none without a time. */
export function engagementEvents(
  object: EngagementObjectName,
  record: EngagementObject,
  eventProperties: readonly string[],
): EngagementEvent[] {
  const occurredAt = instantOf(textOf(record, "hs_timestamp"));
  if (occurredAt === undefined) return [];
  const own = ownEventProperties(object, eventProperties);
  const custom = present(own.map((name) => [name, textOf(record, name)]));
  return readers[object]({ record, occurredAt, custom });
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

// What has not been sent, or not yet, has not happened.
const unsentStatuses = new Set(["FAILED", "SCHEDULED", "SENDING"]);
const emailDirections: { readonly [direction: string]: string } = {
  EMAIL: "OUTBOUND",
  INCOMING_EMAIL: "INBOUND",
};

function emailEvents({ record, occurredAt, custom }: Happening): EngagementEvent[] {
  if (unsentStatuses.has(textOf(record, "hs_email_status") ?? "")) return [];
  const told = textOf(record, "hs_email_direction");
  const direction = told && (emailDirections[told] ?? told);
  const properties = { ...custom, ...present([["direction", direction]]) };
  return [{ id: `email:${record.id}`, type: "email_logged", occurredAt, properties }];
}

/** A task's time is when it is due, which says nothing of when it was done, where HubSpot tells that. */
function taskEvents({ record, occurredAt, custom }: Happening): EngagementEvent[] {
  if (textOf(record, "hs_task_status") !== "COMPLETED") return [];
  const doneAt = instantOf(textOf(record, "hs_task_completion_date")) ?? occurredAt;
  return [{ id: `task:${record.id}`, type: "task_completed", occurredAt: doneAt, properties: custom }];
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
