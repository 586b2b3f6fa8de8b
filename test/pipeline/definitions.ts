import { parseDefinition, type ScoreDefinition } from "../../src/scoring/definition.ts";

/** Returns the parsed definition; throws when it has faults. */
export function define(document: object): ScoreDefinition {
  const parsed = parseDefinition(document);
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join("; "));
  return parsed.definition;
}

const isChief = { property: "jobtitle", operator: "CONTAINS", values: ["chief"] };
const isManager = { property: "jobtitle", operator: "CONTAINS", values: ["manager"] };

/** Points for the job title: 40 for a chief, 20 for a manager. */
export const TITLE = define({
  schema: 1,
  name: "Title",
  object: "contact",
  type: "fit",
  limit: { max: 100 },
  property: { name: "title_score" },
  thresholds: [{ label: "High", from: 40 }, { label: "Low" }],
  groups: [
    {
      name: "Person",
      side: "fit",
      rules: [
        { id: "chief", where: isChief, points: 40 },
        { id: "manager", where: isManager, points: 20 },
      ],
    },
  ],
});

/** 10 points for every page visited, half of them after 30 days, none after 60. */
export const VISITS = define({
  schema: 1,
  name: "Visits",
  object: "contact",
  type: "engagement",
  limit: { max: 1000 },
  property: { name: "visit_score" },
  groups: [
    {
      name: "Website",
      side: "engagement",
      decay: { percent: 50, everyDays: 30 },
      rules: [{ id: "visit", event: "page_visited", points: 10 }],
    },
  ],
});

/** Both sides: pages visited and calls held; title and the industry of the company. */
export const READINESS = define({
  schema: 1,
  name: "Readiness",
  object: "contact",
  type: "combined",
  limit: { max: 100 },
  property: { name: "readiness" },
  thresholds: {
    fit: [{ label: "A", from: 30 }, { label: "B" }],
    engagement: [{ label: "1", from: 20 }, { label: "2" }],
  },
  groups: [
    {
      name: "Activity",
      side: "engagement",
      rules: [
        { id: "visit", event: "page_visited", points: 5 },
        { id: "call", event: "call_ended", points: 15 },
      ],
    },
    {
      name: "Person",
      side: "fit",
      rules: [
        { id: "chief", where: isChief, points: 20 },
        {
          id: "software",
          associated: { object: "company" },
          where: { property: "industry", operator: "IS_ANY_OF", values: ["SOFTWARE"] },
          points: 10,
        },
      ],
    },
  ],
});
