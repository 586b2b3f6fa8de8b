import { CALL_OUTCOME_IDS } from "../engagement-mapping.ts";
import type { StandardProperty } from "./standard-property.ts";

const COMMON: readonly StandardProperty[] = [
  ["hs_timestamp", "Activity date", "datetime"],
  ["hs_createdate", "Create date", "readonly datetime"],
  ["hs_lastmodifieddate", "Last modified date", "readonly datetime"],
  ["hubspot_owner_id", "Activity assigned to", "text"],
];

const CALL_STATUSES = [
  "BUSY",
  "CALLING_CRM_USER",
  "CANCELED",
  "COMPLETED",
  "CONNECTING",
  "FAILED",
  "IN_PROGRESS",
  "NO_ANSWER",
  "QUEUED",
  "RINGING",
];

const CALL_OUTCOMES = Object.entries(CALL_OUTCOME_IDS).map(([name, id]) => `${id}=${name}`);

/** HubSpot's standard properties of the activity objects, by type id. */
export const ACTIVITY_PROPERTIES: { readonly [typeId: string]: readonly StandardProperty[] } = {
  "0-47": [
    ...COMMON,
    ["hs_meeting_title", "Meeting name", "text"],
    ["hs_meeting_body", "Meeting description", "textarea"],
    ["hs_meeting_start_time", "Meeting start time", "datetime"],
    ["hs_meeting_end_time", "Meeting end time", "datetime"],
    [
      "hs_meeting_outcome",
      "Meeting outcome",
      "select",
      [
        "SCHEDULED=Scheduled",
        "COMPLETED=Completed",
        "RESCHEDULED=Rescheduled",
        "NO_SHOW=No show",
        "CANCELED=Canceled",
      ],
    ],
    ["hs_activity_type", "Call and meeting type", "text"],
  ],
  "0-48": [
    ...COMMON,
    ["hs_call_title", "Call title", "text"],
    ["hs_call_body", "Call notes", "textarea"],
    ["hs_call_direction", "Call direction", "select", ["INBOUND=Inbound", "OUTBOUND=Outbound"]],
    ["hs_call_duration", "Call duration", "number"],
    ["hs_call_status", "Call status", "select", CALL_STATUSES],
    ["hs_call_disposition", "Call outcome", "select", CALL_OUTCOMES],
  ],
  "0-49": [
    ...COMMON,
    ["hs_email_subject", "Email subject", "text"],
    ["hs_email_direction", "Email direction", "select", ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"]],
    ["hs_email_status", "Email send status", "select", ["BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"]],
  ],
  "0-46": [...COMMON, ["hs_note_body", "Note body", "textarea"]],
  "0-27": [
    ...COMMON,
    ["hs_task_subject", "Task title", "text"],
    [
      "hs_task_status",
      "Task status",
      "select",
      ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"],
    ],
    ["hs_task_completion_date", "Completed at", "readonly datetime"],
    ["hs_task_type", "Task type", "select", ["EMAIL", "CALL", "TODO"]],
    ["hs_task_priority", "Priority", "select", ["LOW", "MEDIUM", "HIGH"]],
  ],
  "0-18": [
    ...COMMON,
    ["hs_communication_channel_type", "Channel type", "select", ["WHATS_APP", "LINKEDIN_MESSAGE", "SMS"]],
    ["hs_communication_logged_from", "Logged from", "select", ["CRM"]],
    ["hs_communication_body", "Communication body", "textarea"],
  ],
};
