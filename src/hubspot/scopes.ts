/** What every connected account must grant: contacts are read and written, score properties made. Every edition gives them. */
export const REQUIRED_SCOPES = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
] as const;

/** What is asked for besides; HubSpot leaves out what the account's edition does not have. */
export const OPTIONAL_SCOPES = [
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.schemas.companies.read",
  "crm.schemas.companies.write",
  "crm.objects.deals.read",
  "crm.objects.deals.write",
  "crm.schemas.deals.read",
  "crm.schemas.deals.write",
  "crm.objects.leads.read",
  "crm.objects.leads.write",
  "crm.objects.custom.read",
  "crm.objects.custom.write",
  "crm.schemas.custom.read",
  "tickets",
  "crm.lists.read",
  "forms",
  "content",
  "sales-email-read",
  "conversations.read",
  "automation",
] as const;
