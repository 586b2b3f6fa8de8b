/** HubSpot's objects that stand for something done with a contact. */
export const ENGAGEMENT_OBJECTS = ["call", "meeting", "email", "note", "task", "communication"] as const;
export type EngagementObjectName = (typeof ENGAGEMENT_OBJECTS)[number];

type Reading = {
  /** HubSpot's properties that decide what events there are and what they hold; changes of them are followed. */
  readonly followed: readonly string[];
  /** Properties that never change, or that nothing tells of. */
  readonly besides?: readonly string[];
  /** Names of event properties that are made from those. */
  readonly made: readonly string[];
};

const READINGS: { readonly [Name in EngagementObjectName]: Reading } = {
  call: {
    followed: [
      "hs_timestamp",
      "hs_call_status",
      "hs_call_direction",
      "hs_call_duration",
      "hs_call_disposition",
    ],
    made: ["direction", "outcome"],
  },
  meeting: {
    followed: ["hs_timestamp", "hs_meeting_outcome", "hs_activity_type"],
    besides: ["hs_createdate"],
    made: ["meeting_type", "outcome"],
  },
  email: { followed: ["hs_timestamp", "hs_email_direction", "hs_email_status"], made: ["direction"] },
  note: { followed: ["hs_timestamp"], made: [] },
  task: { followed: ["hs_timestamp", "hs_task_status", "hs_task_completion_date"], made: [] },
  communication: { followed: ["hs_timestamp", "hs_communication_channel_type"], made: ["channel"] },
};

/** Returns the properties whose changes change an engagement object's events. */
export function followedProperties(object: EngagementObjectName): readonly string[] {
  return READINGS[object].followed;
}

/** Returns those of these event properties that are properties of the object under their own name. */
export function ownEventProperties(
  object: EngagementObjectName,
  eventProperties: readonly string[],
): string[] {
  return eventProperties.filter((name) => !READINGS[object].made.includes(name));
}

/** Returns the HubSpot properties to read of engagement objects so that their events hold the properties named. */
export function engagementPropertyNames(
  object: EngagementObjectName,
  eventProperties: readonly string[],
): string[] {
  const { followed, besides = [] } = READINGS[object];
  return [...new Set([...followed, ...besides, ...ownEventProperties(object, eventProperties)])];
}
