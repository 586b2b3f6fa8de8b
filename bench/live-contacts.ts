import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { coverageOf, missingReads } from "../src/scores/backfill-plan.ts";
import { needsOf } from "../src/scores/portal-needs.ts";
import { parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";
import { compileScore } from "../src/scoring/evaluate.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import { saveCoverage } from "../src/store/coverage.ts";
import { saveCursor } from "../src/store/cursors.ts";
import type { Database } from "../src/store/database.ts";
import { savePortal } from "../src/store/portals.ts";
import { saveRecords } from "../src/store/records.ts";
import { saveTimelines } from "../src/store/timelines.ts";
import { engineContact } from "./engine-contacts.ts";

const CHUNK = 500;
const TIME_ZONE = "Europe/Amsterdam";

/** The property that the benchmarks' score writes. */
export const PROPERTY = "live_score";
/** Job titles that a benchmark's notifications set. */
export type Title = "Chief" | "Clerk";

/** A score of which every contact has a different value for each `base`: visits, 500 points for a chief, and the base. */
export function liveDefinition(base: number): ScoreDefinition {
  const parsed = parseDefinition({
    ...{ schema: 1, name: "Live", object: "contact", type: "combined", limit: { max: 1_000_000 } },
    property: { name: PROPERTY },
    groups: [
      {
        ...{ name: "Visits", side: "engagement", limit: { max: 100 } },
        rules: [
          { id: "visit", event: "page_visited", points: 1 },
          { id: "form", event: "form_submitted", points: 5 },
          { id: "click", event: "email_clicked", points: 2 },
        ],
      },
      {
        ...{ name: "Person", side: "fit", limit: { max: 100_000 } },
        rules: [
          { id: "base", where: { property: "email", operator: "IS_KNOWN" }, points: base },
          {
            id: "chief",
            where: { property: "jobtitle", operator: "CONTAINS", values: ["chief"] },
            points: 500,
          },
        ],
      },
    ],
  });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join("; "));
  return parsed.definition;
}

/** The contact of a place: fifty events in the past, and a job title of the benchmark's. */
export function liveContact(place: number, title: Title = "Clerk"): ScoredRecord {
  const contact = engineContact(place);
  return { ...contact, properties: { ...contact.properties, jobtitle: title } };
}

/** What the portal should show of a contact under a definition. */
export function expectedValue(definition: ScoreDefinition): (contact: ScoredRecord) => string {
  const { evaluate } = compileScore(definition, { timeZone: TIME_ZONE });
  const at = Date.now();
  return (contact) => String(evaluate(contact, at).value);
}

/** Writes contacts without their events as a file that the emulator loads. */
export async function writeContacts(file: string, contacts: number): Promise<void> {
  const out = createWriteStream(file);
  for (let place = 0; place < contacts; place++) {
    const { id, properties } = liveContact(place);
    const line = {
      object: "contact",
      id,
      properties: { email: properties["email"], jobtitle: properties["jobtitle"] },
    };
    if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

/** Fills a portal's tables as if all contacts with their events had been read, and the reconciler had just looked. */
export async function loadPortal(db: Database, portal: string, contacts: number): Promise<void> {
  await savePortal(db, portal, TIME_ZONE);
  for (let first = 0; first < contacts; first += CHUNK) {
    const page = Array.from({ length: Math.min(CHUNK, contacts - first) }, (_, index) =>
      liveContact(first + index),
    );
    const stored = page.map(({ id, properties }) => ({
      ...{ id, properties, changed: {}, history: {}, deletedAt: null, restoredAt: null },
    }));
    await saveRecords(db, portal, "contact", stored);
    await saveTimelines(db, portal, new Map(page.map(({ id, events }) => [id, events])));
  }
  const read = missingReads(needsOf([liveDefinition(1)]), []).flatMap(coverageOf);
  await saveCoverage(db, portal, read);
  await saveCursor(db, portal, "modified contact", { since: Date.now() });
  await db.query("vacuum analyze");
}
