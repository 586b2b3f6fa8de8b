import { sourcesInUse } from "../src/scores/sources-in-use.ts";
import type { Queryable } from "../src/store/database.ts";
import { type Finding, ok, warning } from "./doctor-finding.ts";

const WORDS = {
  activities: "activities",
  occurrences: "event occurrences",
  forms: "form submissions",
  marketing_emails: "marketing e-mails",
  conversations: "conversations",
  counters: "counters",
  own: "your own systems",
  none: "nowhere",
} as const;

/** Tells where the events that the portal's scores read come from, and which have no source. */
export async function checkSources(db: Queryable, portal: string): Promise<readonly Finding[]> {
  const sources = await sourcesInUse(db, portal);
  const told = [...sources].filter(([, source]) => source !== "none");
  const lacking = [...sources].filter(([, source]) => source === "none").map(([type]) => type);
  const text = told.map(([type, source]) => `${type} from ${WORDS[source]}`).join(", ");
  const found = told.length === 0 ? [] : [ok("events", `portal ${portal}: ${text}`)];
  if (lacking.length === 0) return found;
  const cure = "leave such rules out, or publish again once the account has a source: see docs/sources.md";
  return [...found, warning("events", `portal ${portal} has no source of ${lacking.join(", ")}`, cure)];
}
