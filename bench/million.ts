// A portal of very many contacts, made in the database itself from a few.
import { parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";
import { compileScore } from "../src/scoring/evaluate.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { Database } from "../src/store/database.ts";
import { saveRecords } from "../src/store/records.ts";
import { addVersion, promoteVersions, saveDraft } from "../src/store/scores.ts";
import { saveTimelines } from "../src/store/timelines.ts";
import { AT, engineContact } from "./engine-contacts.ts";
import { contactAt } from "./timeline-data.ts";

export const PORTAL = "7001";
export const OBJECT = "contact";
/** How many events a contact has. */
export const EVENTS = 5;

const MODELS = 10_000;
const CHUNK = 500;
const SAMPLE = 2_000;

/** Every tenth event of the engine's contacts. */
function modelContact(place: number): ScoredRecord {
  const contact = engineContact(place);
  return { ...contact, events: contact.events.filter((_, index) => index % 10 === 0) };
}

const DECAYING = {
  schema: 1,
  name: "Engagement",
  object: OBJECT,
  type: "engagement",
  limit: { max: 100 },
  groups: [
    {
      name: "Website",
      side: "engagement",
      limit: { max: 40 },
      decay: { percent: 10, everyDays: 30 },
      rules: [
        { id: "visits", event: "page_visited", points: 3, count: "every" },
        {
          id: "pricing",
          event: "page_visited",
          points: 5,
          count: "every",
          where: { property: "url", operator: "CONTAINS", values: ["/pricing", "/plans"] },
        },
      ],
    },
    {
      name: "Sales",
      side: "engagement",
      decay: { percent: 20, everyDays: 45 },
      rules: [
        { id: "opened", event: "email_opened", points: 2, count: "every" },
        { id: "met", event: "meeting_booked", points: 10, count: "every" },
      ],
    },
  ],
  property: { name: "engagement_score" },
  thresholds: [{ label: "High", from: 20 }, { label: "Medium", from: 8 }, { label: "Low" }],
};

/** A score whose groups decay. */
function decayingScore(): ScoreDefinition {
  const parsed = parseDefinition(DECAYING);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.definition;
}

async function loadModels(db: Database, contacts: number): Promise<void> {
  for (let first = 0; first < contacts; first += CHUNK) {
    const length = Math.min(CHUNK, contacts - first);
    const records = Array.from({ length }, (_, index) => modelContact(first + index));
    const bare = { changed: {}, history: {}, deletedAt: null, restoredAt: null };
    const stored = records.map(({ id, properties }) => ({ ...bare, id, properties }));
    await saveRecords(db, PORTAL, OBJECT, stored);
    await saveTimelines(db, PORTAL, new Map(records.map(({ id, events }) => [id, events])));
  }
}

/** Fills the portal with this many contacts, the first ten thousand over and over under ids of their own, and turns the score on. */
export async function loadMillion(db: Database, contacts: number): Promise<number> {
  await db.query("insert into portals (portal_id) values ($1)", [PORTAL]);
  await loadModels(db, Math.min(MODELS, contacts));
  for (let copied = MODELS; copied < contacts; copied += MODELS) {
    const range = [PORTAL, copied, contactAt(MODELS), contactAt(contacts - copied)];
    await db.query(
      `insert into records (portal_id, object, record_id, properties, changed, history)
       select portal_id, object, (record_id::bigint + $2)::text, properties, changed, history from records
       where portal_id = $1 and record_id < $3 and record_id < $4`,
      range,
    );
    await db.query(
      `insert into timelines (portal_id, contact_id, events)
       select portal_id, (contact_id::bigint + $2)::text, events from timelines
       where portal_id = $1 and contact_id < $3 and contact_id < $4`,
      range,
    );
  }
  await db.query("vacuum analyze");
  const definition = decayingScore();
  const { scoreId } = await saveDraft(db, PORTAL, definition);
  await addVersion(db, PORTAL, { scoreId, definition, at: AT, by: "bench", note: undefined });
  await promoteVersions(db, PORTAL, OBJECT);
  return scoreId;
}

type Row = {
  readonly id: string;
  readonly value: number;
  readonly label: string;
  readonly until: number | null;
  readonly at: number;
};

/** Holds a sample of the saved results to direct evaluation at the instant each was computed at; throws where they differ. */
export async function checkSample(db: Database, contacts: number): Promise<void> {
  const { evaluate } = compileScore(decayingScore(), { timeZone: "UTC" });
  const step = Math.max(1, Math.floor(contacts / SAMPLE));
  const places = Array.from({ length: Math.floor(contacts / step) }, (_, index) => index * step);
  const rows = await db.query<Row>(
    `select record_id as id, value, threshold as label, valid_until::float8 as until, computed_at::float8 as at
     from record_scores where portal_id = $1 and record_id = any($2)`,
    [PORTAL, places.map(contactAt)],
  );
  const saved = new Map(rows.map((row) => [row.id, row]));
  for (const place of places) {
    const row = saved.get(contactAt(place));
    if (!row) throw new Error(`contact ${contactAt(place)} has no result`);
    const right = evaluate(modelContact(place % MODELS), row.at);
    const same = row.value === right.value && row.label === right.threshold && row.until === right.validUntil;
    if (!same) throw new Error(`contact ${row.id} has ${JSON.stringify(row)}, not ${JSON.stringify(right)}`);
  }
  console.error(`${places.length} results of ${contacts} held to direct evaluation, all equal`);
}
