import { nearestName } from "./nearest-name.ts";

/** The event types that HubSpot accounts can yield, in the order of HubSpot's menus. */
const EVENT_TYPES = [
  "page_visited",
  "form_submitted",
  "form_viewed",
  "form_interacted",
  "email_sent",
  "email_delivered",
  "email_opened",
  "email_clicked",
  "email_replied",
  "email_bounced",
  "email_subscription_changed",
  "ad_interaction",
  "social_clicked",
  "cta_viewed",
  "cta_clicked",
  "meeting_booked",
  "meeting_outcome_changed",
  "call_started",
  "call_ended",
  "conversation_started",
  "sequence_enrolled",
  "sequence_finished",
  "sequence_unenrolled",
  "media_played",
  "sms_link_clicked",
  "marketing_event_registered",
  "marketing_event_cancelled",
  "workflow_enrolled",
  "note_logged",
  "email_logged",
  "task_completed",
  "communication_logged",
] as const;

const CUSTOM_EVENT = /^custom:[A-Za-z0-9_.-]{1,100}$/;
const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

/** Returns whether `type` is a HubSpot event type or a well-formed `custom:NAME`. */
export function isEventType(type: string): boolean {
  return KNOWN.has(type) || CUSTOM_EVENT.test(type);
}

/** Returns the known event type with the fewest edits from `type`. */
export function nearestEventType(type: string): string {
  return nearestName(type.toLowerCase(), EVENT_TYPES);
}
