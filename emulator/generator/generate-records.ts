import type { RecordLine } from "../records/record-line.ts";
import { createRandom, type Random } from "../seeded-random.ts";
import { companyProperties, type InventedCompany, inventCompany } from "./invent-company.ts";
import { type ContactSeat, inventContact } from "./invent-contact.ts";
import { inventDeal } from "./invent-deal.ts";

export type GeneratorOptions = { readonly seed: number; readonly contacts: number; readonly now: number };

/** What the lists that generated records stand on are called. */
export const LIST_NAMES: ReadonlyMap<string, string> = new Map([
  ["1", "Newsletter subscribers"],
  ["2", "Webinar guests"],
  ["3", "Competitors"],
  ["4", "Customers"],
  ["5", "Named accounts"],
]);

const DAY_MS = 86_400_000;
const CONTACTS_PER_COMPANY = 12.5;
const CONTACTS_PER_DEAL = 16;
const LABELS: readonly (readonly [readonly string[], number])[] = [
  [[], 78],
  [["Decision maker"], 9],
  [["Champion"], 6],
  [["Billing contact"], 5],
  [["Decision maker", "Billing contact"], 2],
];

/**
 * Yields the records of a believable B2B portal: companies with labelled contacts, contacts with two years of
 * engagement, deals. The same seed, size and instant always give the same records.
 */
export function* generateRecords({ seed, contacts, now }: GeneratorOptions): Generator<RecordLine> {
  const random = createRandom(seed);
  const companies = Array.from({ length: Math.ceil(contacts / CONTACTS_PER_COMPANY) }, (_, index) =>
    inventCompany(index, now, random),
  );
  const seats = Array.from({ length: contacts }, (_, index) => takeSeat(index, companies, now, random));
  const staff = Map.groupBy(seats, (seat) => seat.company);
  for (const company of companies) yield companyRecord(company, staff.get(company) ?? [], random);
  for (const seat of seats) yield inventContact(seat, now, random);
  for (let index = 0; index < contacts / CONTACTS_PER_DEAL; index += 1)
    yield inventDeal(index, random.pick(seats), now, random);
}

function takeSeat(
  index: number,
  companies: readonly InventedCompany[],
  now: number,
  random: Random,
): ContactSeat {
  const company = random.chance(0.88) ? random.pick(companies) : undefined;
  return {
    id: String(1001 + index),
    company,
    labels: company ? random.weighted(LABELS) : [],
    createdAt: now - random.integer(DAY_MS, 900 * DAY_MS),
  };
}

function companyRecord(company: InventedCompany, staff: readonly ContactSeat[], random: Random): RecordLine {
  return {
    object: "company",
    id: company.id,
    properties: companyProperties(company, random),
    lists: random.chance(0.15) ? ["5"] : [],
    associations: staff.map((seat) => ({ object: "contact", id: seat.id, labels: [...seat.labels] })),
  };
}
