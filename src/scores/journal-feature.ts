/** The name under which it is noted that HubSpot's journal tells nothing of a portal's lists. */
export const LIST_JOURNAL = "list journal entries";
