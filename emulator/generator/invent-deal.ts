import { isoText } from "../instant.ts";
import type { RecordLine } from "../records/record-line.ts";
import type { Random } from "../seeded-random.ts";
import type { ContactSeat } from "./invent-contact.ts";

const DAY_MS = 86_400_000;
const STAGES: readonly (readonly [string, number])[] = [
  ["appointmentscheduled", 6],
  ["qualifiedtobuy", 5],
  ["presentationscheduled", 4],
  ["decisionmakerboughtin", 2],
  ["contractsent", 2],
  ["closedwon", 6],
  ["closedlost", 5],
];

/** Returns the record of a deal with a contact and its company. */
export function inventDeal(index: number, seat: ContactSeat, now: number, random: Random): RecordLine {
  const dealstage = random.weighted(STAGES);
  const createdAt = seat.createdAt + Math.floor(random.next() * (now - seat.createdAt));
  const company = seat.company ? [{ object: "company", id: seat.company.id, labels: ["Primary"] }] : [];
  return {
    object: "deal",
    id: String(90_001 + index),
    properties: {
      dealname: `${seat.company?.name ?? "Private"} - ${random.pick(["licences", "renewal", "pilot", "expansion"])}`,
      amount: String(random.integer(4, 400) * 500),
      pipeline: "default",
      dealstage,
      dealtype: random.chance(0.7) ? "newbusiness" : "existingbusiness",
      hs_is_closed_won: dealstage === "closedwon" ? "true" : "false",
      closedate: isoText(createdAt + random.integer(10, 120) * DAY_MS),
      createdate: isoText(createdAt),
    },
    associations: [{ object: "contact", id: seat.id, labels: [] }, ...company],
  };
}
