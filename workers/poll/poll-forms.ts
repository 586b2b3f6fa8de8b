import {
  type Form,
  listForms,
  listSubmissions,
  type Submission,
  submissionEvent,
} from "../../src/hubspot/form-submissions.ts";
import { saveCursor } from "../../src/store/cursors.ts";
import type { WaitingEvent } from "../../src/store/waiting-events.ts";
import { isRested, loadPosition, OVERLAP_MS, type SourceTurn, savePage } from "./source-turn.ts";

/** How many forms one turn looks at; the next ones follow in the next turn. */
const MOST_FORMS = 20;

/** The name of the cursor over all forms. */
export const FORMS = "forms";

/** The name of one form's cursor. */
export function formSource(form: string): string {
  return `form ${form}`;
}

/** The events that submissions are, each waiting for the contact that its e-mail address names. */
export function namedSubmissions(form: Form, submissions: readonly Submission[]): WaitingEvent[] {
  return submissions.flatMap((submission) => {
    const read = submissionEvent(form, submission);
    return read ? [{ property: "email", value: read.email, event: read.event }] : [];
  });
}

/** Reads what was submitted since the last look, newest first until it is known. Tells whether scores may change. */
async function pollForm(turn: SourceTurn, form: Form): Promise<boolean> {
  const source = formSource(form.id);
  const known = await loadPosition(turn, source);
  const lookedAt = turn.work.clock.now();
  const until = known === undefined ? Number.NEGATIVE_INFINITY : known.after - OVERLAP_MS;
  let newest = known?.after ?? 0;
  let isChanged = false;
  let after: string | undefined;
  do {
    const page = await listSubmissions(turn.client, form.id, after);
    newest = Math.max(newest, page.submissions[0]?.submittedAt ?? 0);
    const oldest = page.submissions.at(-1)?.submittedAt ?? until;
    after = oldest <= until ? undefined : page.after;
    const cursor = { source, position: { after: newest, lookedAt } };
    const events = namedSubmissions(form, page.submissions);
    const gained = await savePage(turn, events, after === undefined ? cursor : undefined);
    isChanged = gained || isChanged;
  } while (after !== undefined);
  return isChanged;
}

/** Looks at the forms whose turn it is, the longest unseen ones first. Tells whether scores may change. */
export async function pollForms(turn: SourceTurn): Promise<boolean> {
  const { work, portal, client } = turn;
  const stand = await loadPosition(turn, FORMS);
  const now = work.clock.now();
  if (stand === undefined || !isRested(stand, now)) return false;
  const forms = await listForms(client);
  const start = stand.after >= forms.length ? 0 : stand.after;
  let isChanged = false;
  for (const form of forms.slice(start, start + MOST_FORMS))
    isChanged = (await pollForm(turn, form)) || isChanged;
  const next = start + MOST_FORMS;
  // Until each form has had its turn the source does not rest.
  const position = next < forms.length ? { after: next, lookedAt: 0 } : { after: 0, lookedAt: now };
  await saveCursor(work.db, portal, FORMS, position);
  return isChanged;
}
