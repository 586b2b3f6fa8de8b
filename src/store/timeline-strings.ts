/**
 * Words that most timelines hold, so that no timeline carries them itself. Stored timelines refer to them by place:
 * words are only ever added at the end, never moved, changed or removed.
 */
export const WELL_KNOWN_STRINGS: readonly string[] = [
  ...["page_visited", "form_submitted", "form_viewed", "form_interacted"],
  ...["email_sent", "email_delivered", "email_opened", "email_clicked", "email_replied", "email_bounced"],
  ...["email_subscription_changed", "ad_interaction", "social_clicked", "cta_viewed", "cta_clicked"],
  ...["meeting_booked", "meeting_outcome_changed", "call_started", "call_ended", "conversation_started"],
  ...["sequence_enrolled", "sequence_finished", "sequence_unenrolled", "media_played", "sms_link_clicked"],
  ...["marketing_event_registered", "marketing_event_cancelled", "workflow_enrolled"],
  ...["note_logged", "email_logged", "task_completed", "communication_logged"],
  ...["url", "page_title", "page_url", "form_id", "form_name", "email_id", "email_name", "campaign_id"],
  ...["link_url", "bot", "meeting_type", "outcome", "direction", "duration_seconds", "cta_id", "cta_name"],
  ...["utm_source", "utm_medium", "utm_campaign", "subscription_id", "status", "campaign", "network"],
  ...["channel", "sequence_id", "media_id", "seconds", "event_id", "workflow_id"],
  ...["true", "false", "COMPLETED", "NO_SHOW", "CANCELED", "RESCHEDULED", "INBOUND", "OUTBOUND"],
  ...["SUBSCRIBED", "UNSUBSCRIBED", "google", "linkedin", "newsletter", "organic", "cpc", "email", "social"],
];
