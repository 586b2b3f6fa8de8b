import { objectPathOf } from "../hubspot/object-types.ts";
import type { BackfillStep } from "./backfill-plan.ts";

const WHOLE = {
  forms: "form submissions",
  marketing_emails: "marketing e-mails",
  conversations: "conversations",
};

/** The records of a type, in the plural: `contacts`, `2-77 records`. */
function recordsOf(object: string): string {
  const path = objectPathOf(object).replaceAll("_", " ");
  return path === object ? `${object} records` : path;
}

/** Returns what a run does in a step, as in `reading contacts`. */
export function stepName(step: BackfillStep): string {
  switch (step.kind) {
    case "records":
      return `reading ${recordsOf(step.object)}`;
    case "history":
      return `reading histories of ${recordsOf(step.object)}`;
    case "associations":
      return `reading which ${recordsOf(step.toObject)} belong to ${recordsOf(step.object)}`;
    case "list":
      return `reading list ${step.listId}`;
    case "activities":
      return `reading ${recordsOf(step.activity)}`;
    case "occurrences":
      return `reading ${step.type} events`;
    case "forms":
    case "marketing_emails":
    case "conversations":
      return `reading ${WHOLE[step.kind]}`;
    case "score":
      return `scoring ${recordsOf(step.object)}`;
  }
}
