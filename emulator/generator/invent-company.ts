import type { EventProperties } from "../engagement-mapping.ts";
import { isoText } from "../instant.ts";
import type { Random } from "../seeded-random.ts";
import { addressPart, PLACES, pickRegion, type Region } from "./people.ts";

export type InventedCompany = {
  readonly id: string;
  readonly region: Region;
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly employees: number;
  readonly city: string;
  readonly createdAt: number;
};

const FIRST = [
  "Nordlys",
  "Fjell",
  "Polder",
  "Havn",
  "Tulp",
  "Delta",
  "Granitt",
  "Zuider",
  "Aurora",
  "Brygge",
  "Kanaal",
  "Skog",
  "Linde",
  "Storm",
  "Vest",
  "Duin",
];
const SECOND = [
  "tech",
  "bygg",
  "logistiek",
  "data",
  "energi",
  "handel",
  "zorg",
  "media",
  "werk",
  "finans",
  "maritim",
  "groep",
];
const INDUSTRIES: readonly (readonly [string, number])[] = [
  ["COMPUTER_SOFTWARE", 16],
  ["INFORMATION_TECHNOLOGY_AND_SERVICES", 14],
  ["LOGISTICS_AND_SUPPLY_CHAIN", 10],
  ["CONSTRUCTION", 9],
  ["MARITIME", 8],
  ["FINANCIAL_SERVICES", 8],
  ["RETAIL", 8],
  ["RENEWABLES_ENVIRONMENT", 7],
  ["HOSPITAL_HEALTH_CARE", 6],
  ["MARKETING_AND_ADVERTISING", 6],
  ["EDUCATION_MANAGEMENT", 4],
  ["FARMING", 4],
];
const SIZES: readonly (readonly [readonly [number, number], number])[] = [
  [[2, 9], 15],
  [[10, 49], 30],
  [[50, 249], 30],
  [[250, 999], 17],
  [[1000, 12_000], 8],
];
const DAY_MS = 86_400_000;

/** Returns a company of the portal. */
export function inventCompany(index: number, now: number, random: Random): InventedCompany {
  const region = pickRegion(random);
  const name = `${random.pick(FIRST)}${random.pick(SECOND)} ${index + 1}`;
  const base = addressPart(name).replaceAll(".", "");
  const [least, most] = random.weighted(SIZES);
  return {
    id: String(70_001 + index),
    region,
    name,
    domain: `${base}${index + 1}.example.${PLACES[region].tld}`,
    industry: random.weighted(INDUSTRIES),
    employees: random.integer(least, most),
    city: random.pick(PLACES[region].cities),
    createdAt: now - random.integer(30 * DAY_MS, 1400 * DAY_MS),
  };
}

/** Returns a company's property values. */
export function companyProperties(company: InventedCompany, random: Random): EventProperties {
  return {
    name: company.name,
    domain: company.domain,
    industry: company.industry,
    numberofemployees: String(company.employees),
    annualrevenue: random.chance(0.8) ? String(company.employees * random.integer(80, 240) * 1000) : "",
    city: company.city,
    country: PLACES[company.region].country,
    type: random.weighted([
      ["PROSPECT", 12],
      ["PARTNER", 2],
      ["RESELLER", 1],
      ["VENDOR", 1],
      ["OTHER", 1],
    ]),
    is_public: random.chance(0.07) ? "true" : "false",
    hs_is_target_account: random.chance(0.18) ? "true" : "false",
    createdate: isoText(company.createdAt),
  };
}
