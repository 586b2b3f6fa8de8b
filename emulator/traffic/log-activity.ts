import type { EventProperties } from "../engagement-mapping.ts";
import { inventEvent, LIVE_EVENTS, type LiveEvent } from "../generator/invent-event.ts";
import { linksTo } from "../portal/associations.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import { MEETING } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { changeProperties } from "../portal/record-changes.ts";
import { logEvent } from "../portal/record-events.ts";
import { findRecord } from "../portal/record-store.ts";
import type { Random } from "../seeded-random.ts";

const MEETING_RESULTS: readonly (readonly [string, number])[] = [
  ["COMPLETED", 8],
  ["NO_SHOW", 1],
  ["CANCELED", 1],
  ["RESCHEDULED", 1],
];

/** Makes a contact do something at the portal's present instant; a meeting that is booked may take place. */
export function logActivity(portal: Portal, contact: CrmRecord, random: Random): void {
  const kind = random.weighted(portal.events.all.items.length > 0 ? LIVE_EVENTS : CALLS_ONLY);
  const scheduled = kind === "meeting_booked" ? scheduledMeeting(portal, contact) : undefined;
  if (scheduled)
    changeProperties(portal, scheduled, [["hs_meeting_outcome", random.weighted(MEETING_RESULTS)]], "CRM_UI");
  else happen(portal, contact, kind, inventEvent(kind, random));
}

/** A portal of call-centre leads, without event occurrences, has no web traffic. */
const CALLS_ONLY: readonly (readonly [LiveEvent, number])[] = [["call_ended", 1]];

function happen(portal: Portal, contact: CrmRecord, type: LiveEvent, properties: EventProperties): void {
  const occurredAt = portal.clock.now();
  const id = `live-${occurredAt}-${portal.events.all.items.length}`;
  logEvent(
    portal,
    contact,
    { id, type, occurredAt, properties },
    type === "form_submitted" ? "FORM" : "CRM_UI",
  );
}

function scheduledMeeting(portal: Portal, contact: CrmRecord): CrmRecord | undefined {
  for (const { id } of linksTo(portal, contact, MEETING)) {
    const meeting = findRecord(portal.records, MEETING, id);
    if (meeting?.properties.get("hs_meeting_outcome") === "SCHEDULED") return meeting;
  }
  return undefined;
}
