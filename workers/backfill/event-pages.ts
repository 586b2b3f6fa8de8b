import { z } from "zod";
import { listThreads } from "../../src/hubspot/conversations.ts";
import { listEventTypes, listOccurrences } from "../../src/hubspot/event-occurrences.ts";
import { type Form, listForms, listSubmissions } from "../../src/hubspot/form-submissions.ts";
import { listEmailEvents } from "../../src/hubspot/marketing-email-events.ts";
import { occurrenceTypesFor } from "../../src/hubspot/occurrence-events.ts";
import { keepAndAttach } from "../../src/ingestion/attach-events.ts";
import { saveCursor } from "../../src/store/cursors.ts";
import type { Queryable } from "../../src/store/database.ts";
import { CONVERSATIONS, namedThreads } from "../poll/poll-conversations.ts";
import { FORMS, formSource, namedSubmissions } from "../poll/poll-forms.ts";
import { MARKETING_EMAILS, namedEmailEvents } from "../poll/poll-marketing-emails.ts";
import { pollCursor, saveOccurrences } from "../poll/save-occurrences.ts";
import { positionAt } from "../poll/source-turn.ts";
import type { Page, PageRequest } from "./page.ts";

/** HubSpot's name of the event type and the page to read: the first page looks the name up, the cursor carries it on. */
async function occurrencesPosition(request: PageRequest, type: string) {
  const { client, portal, cursor } = request;
  if (cursor === undefined)
    return {
      eventType: occurrenceTypesFor(type, portal, new Set(await listEventTypes(client)))[0],
    };
  const [eventType = "", ...after] = cursor.split(" ");
  return { eventType, after: after.join(" ") };
}

/** Reads a page of event occurrences of one type. */
export async function occurrencesPage(request: PageRequest, type: string): Promise<Page> {
  const { client, portal, work } = request;
  const { eventType, after } = await occurrencesPosition(request, type);
  const startedAt = work.clock.now();
  const source = `occurrences ${type}`;
  if (eventType === undefined) {
    work.log.warn({ portal, type }, "the account has no source of events of this type");
    return {
      save: (tx) => saveCursor(tx, portal, source, pollCursor(startedAt, startedAt)),
      count: 0,
      next: undefined,
    };
  }
  const page = await listOccurrences(client, { eventType, ...(after !== undefined && { after }) });
  const newest = page.occurrences.at(-1)?.occurredAt ?? startedAt;
  const save = async (tx: Queryable): Promise<void> => {
    await saveOccurrences(tx, portal, page.occurrences);
    if (page.after === undefined) await saveCursor(tx, portal, source, pollCursor(newest, startedAt));
  };
  return { save, count: page.occurrences.length, next: page.after && `${eventType} ${page.after}` };
}

const formPosition = z.object({ id: z.string(), name: z.string(), after: z.string().optional() });

/** The form that comes after one, or the first of all. */
async function nextForm({ client }: PageRequest, after?: string): Promise<Form | undefined> {
  return (await listForms(client)).find(({ id }) => after === undefined || id > after);
}

/** Reads a page of one form's submissions, one form after the other; from then on each is polled. */
export async function formsPage(request: PageRequest): Promise<Page> {
  const { client, portal, work, cursor } = request;
  const lookedAt = work.clock.now();
  const given = cursor === undefined ? undefined : formPosition.parse(JSON.parse(cursor));
  const form = given ?? (await nextForm(request));
  if (!form)
    return { save: (tx) => saveCursor(tx, portal, FORMS, { after: 0, lookedAt }), count: 0, next: undefined };
  const page = await listSubmissions(client, form.id, given?.after);
  const following =
    page.after === undefined ? await nextForm(request, form.id) : { ...form, after: page.after };
  const newest = page.submissions[0]?.submittedAt ?? 0;
  const save = async (tx: Queryable): Promise<void> => {
    await keepAndAttach(tx, portal, namedSubmissions(form, page.submissions));
    const position = { after: newest, lookedAt };
    if (given?.after === undefined) await saveCursor(tx, portal, formSource(form.id), position);
    if (!following) await saveCursor(tx, portal, FORMS, { after: 0, lookedAt });
  };
  return { save, count: page.submissions.length, next: following && JSON.stringify(following) };
}

/** Reads a page of what happened to marketing's e-mails, newest first; from the first page's instant on they are polled. */
export async function emailEventsPage(request: PageRequest, types: readonly string[]): Promise<Page> {
  const { client, portal, work, scores, cursor } = request;
  const now = work.clock.now();
  const page = await listEmailEvents(client, { to: cursor === undefined ? now : Number(cursor) });
  const wanted = { client, types: new Set(types), needs: scores.needs };
  const events = await namedEmailEvents(page.events, wanted);
  const save = async (tx: Queryable): Promise<void> => {
    await keepAndAttach(tx, portal, events);
    if (cursor === undefined) await saveCursor(tx, portal, MARKETING_EMAILS, positionAt(now));
  };
  return { save, count: page.events.length, next: page.next === undefined ? undefined : String(page.next) };
}

/** Reads a page of all conversations; from the first page's instant on they are polled. */
export async function conversationsPage(request: PageRequest): Promise<Page> {
  const { client, portal, work, scores, cursor } = request;
  const now = work.clock.now();
  const page = await listThreads(client, { after: cursor });
  const events = await namedThreads(client, page.threads, scores.needs);
  const save = async (tx: Queryable): Promise<void> => {
    await keepAndAttach(tx, portal, events);
    if (cursor === undefined) await saveCursor(tx, portal, CONVERSATIONS, positionAt(now));
  };
  return { save, count: page.threads.length, next: page.after };
}
