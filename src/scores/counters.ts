/** A contact property that counts happenings, the one that dates the last of them, and what is known of each. */
export type Counter = {
  readonly property: string;
  readonly date?: string;
  readonly properties?: { readonly [name: string]: string };
};

const SOCIAL = ["facebook", "linkedin", "twitter", "google_plus"].map(
  (network): Counter => ({ property: `hs_social_${network}_clicks`, properties: { network } }),
);

// Contact properties as HubSpot defines them on every edition.
const COUNTERS: Readonly<Record<string, readonly Counter[]>> = {
  page_visited: [{ property: "hs_analytics_num_page_views", date: "hs_analytics_last_timestamp" }],
  form_submitted: [{ property: "num_conversion_events", date: "recent_conversion_date" }],
  email_delivered: [{ property: "hs_email_delivered", date: "hs_email_last_send_date" }],
  email_opened: [{ property: "hs_email_open", date: "hs_email_last_open_date" }],
  email_clicked: [{ property: "hs_email_click", date: "hs_email_last_click_date" }],
  email_replied: [{ property: "hs_email_replied", date: "hs_email_last_reply_date" }],
  email_bounced: [{ property: "hs_email_bounce" }],
  social_clicked: SOCIAL,
};

/** The contact properties that count events of this type; none where nothing does. */
export function countersOf(eventType: string): readonly Counter[] {
  return Object.hasOwn(COUNTERS, eventType) ? (COUNTERS[eventType] ?? []) : [];
}

/** The names of the contact properties from which events of this type can be counted. */
export function counterProperties(eventType: string): string[] {
  return countersOf(eventType).flatMap(({ property, date }) =>
    date === undefined ? [property] : [property, date],
  );
}
