import { LIFECYCLE_STAGES } from "./contact-properties.ts";
import type { StandardProperty } from "./standard-property.ts";

const DATES: readonly StandardProperty[] = [
  ["createdate", "Create Date", "readonly datetime"],
  ["hs_lastmodifieddate", "Last Modified Date", "readonly datetime"],
  ["hubspot_owner_id", "Owner", "text"],
];

const INDUSTRIES = [
  "ACCOUNTING=Accounting",
  "AUTOMOTIVE=Automotive",
  "BANKING=Banking",
  "COMPUTER_SOFTWARE=Computer Software",
  "CONSTRUCTION=Construction",
  "EDUCATION_MANAGEMENT=Education Management",
  "FARMING=Farming",
  "FINANCIAL_SERVICES=Financial Services",
  "FOOD_BEVERAGES=Food & Beverages",
  "HOSPITAL_HEALTH_CARE=Hospital & Health Care",
  "INFORMATION_TECHNOLOGY_AND_SERVICES=Information Technology and Services",
  "INSURANCE=Insurance",
  "INTERNET=Internet",
  "LOGISTICS_AND_SUPPLY_CHAIN=Logistics and Supply Chain",
  "MACHINERY=Machinery",
  "MANAGEMENT_CONSULTING=Management Consulting",
  "MARITIME=Maritime",
  "MARKETING_AND_ADVERTISING=Marketing and Advertising",
  "OIL_ENERGY=Oil & Energy",
  "RENEWABLES_ENVIRONMENT=Renewables & Environment",
  "RETAIL=Retail",
  "TELECOMMUNICATIONS=Telecommunications",
];

/** HubSpot's standard company properties, as far as scoring reads them. */
export const COMPANY_PROPERTIES: readonly StandardProperty[] = [
  ["name", "Company name", "text"],
  ["domain", "Company Domain Name", "text"],
  ["description", "Description", "textarea"],
  ["industry", "Industry", "select", INDUSTRIES],
  ["numberofemployees", "Number of Employees", "number"],
  ["annualrevenue", "Annual Revenue", "number"],
  ["founded_year", "Year Founded", "text"],
  ["phone", "Phone Number", "phonenumber"],
  ["city", "City", "text"],
  ["country", "Country/Region", "text"],
  [
    "type",
    "Type",
    "select",
    ["PROSPECT=Prospect", "PARTNER=Partner", "RESELLER=Reseller", "VENDOR=Vendor", "OTHER=Other"],
  ],
  ["lifecyclestage", "Lifecycle Stage", "select", LIFECYCLE_STAGES],
  ["is_public", "Is Public", "bool"],
  ["hs_is_target_account", "Target Account", "bool"],
  ...DATES,
];

/** HubSpot's standard deal properties, as far as scoring reads them. */
export const DEAL_PROPERTIES: readonly StandardProperty[] = [
  ["dealname", "Deal Name", "text"],
  ["amount", "Amount", "number"],
  ["pipeline", "Pipeline", "select", ["default=Sales Pipeline"]],
  [
    "dealstage",
    "Deal Stage",
    "select",
    [
      "appointmentscheduled=Appointment Scheduled",
      "qualifiedtobuy=Qualified To Buy",
      "presentationscheduled=Presentation Scheduled",
      "decisionmakerboughtin=Decision Maker Bought-In",
      "contractsent=Contract Sent",
      "closedwon=Closed Won",
      "closedlost=Closed Lost",
    ],
  ],
  ["dealtype", "Deal Type", "select", ["newbusiness=New Business", "existingbusiness=Existing Business"]],
  ["closedate", "Close Date", "datetime"],
  ["hs_is_closed_won", "Is Closed Won", "bool"],
  ...DATES,
];

/** HubSpot's standard ticket properties, as far as scoring reads them. */
export const TICKET_PROPERTIES: readonly StandardProperty[] = [
  ["subject", "Ticket name", "text"],
  ["content", "Ticket description", "textarea"],
  ["hs_pipeline", "Pipeline", "select", ["0=Support Pipeline"]],
  [
    "hs_pipeline_stage",
    "Ticket status",
    "select",
    ["1=New", "2=Waiting on contact", "3=Waiting on us", "4=Closed"],
  ],
  ["hs_ticket_priority", "Priority", "select", ["LOW=Low", "MEDIUM=Medium", "HIGH=High", "URGENT=Urgent"]],
  ...DATES,
];

/** HubSpot's standard lead properties, as far as scoring reads them. */
export const LEAD_PROPERTIES: readonly StandardProperty[] = [
  ["hs_lead_name", "Lead name", "text"],
  [
    "hs_lead_type",
    "Lead type",
    "select",
    ["NEW_BUSINESS=New business", "RE_ATTEMPTING=Re-attempting", "UPSELL=Upsell"],
  ],
  ["hs_lead_label", "Lead label", "select", ["HOT=Hot", "WARM=Warm", "COLD=Cold"]],
  ["hs_createdate", "Create date", "readonly datetime"],
  ["hs_lastmodifieddate", "Last modified date", "readonly datetime"],
  ["hubspot_owner_id", "Owner", "text"],
];
