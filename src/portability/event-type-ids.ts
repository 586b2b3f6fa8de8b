import { isEventType } from "../scoring/event-types.ts";

const CUSTOM = "custom:";
const CUSTOM_ID = /^6-\d+$/;

const IDS: { readonly [type: string]: string } = {
  page_visited: "4-96000",
  form_submitted: "4-1639801",
  form_viewed: "4-1639797",
  form_interacted: "4-1639799",
  email_sent: "4-667638",
  email_delivered: "4-665536",
  email_opened: "4-666440",
  email_clicked: "4-666288",
  email_replied: "4-665538",
  email_bounced: "4-5470331",
  email_subscription_changed: "4-666289",
  ad_interaction: "4-1553675",
  cta_viewed: "4-1555804",
  cta_clicked: "4-1555805",
  meeting_booked: "4-1720599",
  meeting_outcome_changed: "4-1724222",
  call_started: "4-1733817",
  call_ended: "4-1741072",
  sequence_enrolled: "4-675777",
  sequence_finished: "4-675778",
  sequence_unenrolled: "4-675776",
  media_played: "4-675783",
  sms_link_clicked: "4-1722276",
  marketing_event_registered: "4-68559",
  marketing_event_cancelled: "4-69072",
  workflow_enrolled: "4-1466013",
};

const TYPES = new Map(Object.entries(IDS).map(([type, id]) => [id, type]));

/** Returns HubSpot's event type id of an event type, a custom event named by its id (`custom:6-1234`) included; or `undefined`. */
export function eventTypeIdOf(type: string): string | undefined {
  if (!type.startsWith(CUSTOM)) return Object.hasOwn(IDS, type) ? IDS[type] : undefined;
  const id = type.slice(CUSTOM.length);
  return CUSTOM_ID.test(id) ? id : undefined;
}

/** Returns the event type of a HubSpot event type id; a custom event's (`6-1234`) is named by its id. */
export function eventTypeOfId(id: string): string | undefined {
  const custom = CUSTOM + id;
  return CUSTOM_ID.test(id) && isEventType(custom) ? custom : TYPES.get(id);
}

/** Returns the name that HubSpot gives an event's property: most carry the prefix `hs_`, those of custom events none. */
export function hubSpotEventProperty(type: string, name: string): string {
  if (type.startsWith(CUSTOM)) return name;
  if (type === "page_visited" && name === "page_title") return "hs_title";
  return `hs_${name}`;
}

/** Returns the name under which events here carry a property that HubSpot names `name`. */
export function eventPropertyOf(type: string, name: string): string {
  if (type.startsWith(CUSTOM)) return name;
  if (type === "page_visited" && name === "hs_title") return "page_title";
  return name.startsWith("hs_") && name.length > 3 ? name.slice(3) : name;
}
