import { readAssociations } from "../../src/hubspot/associations.ts";
import { engagementEvents } from "../../src/hubspot/engagement.ts";
import {
  type EngagementObjectName,
  engagementPropertyNames,
} from "../../src/hubspot/engagement-properties.ts";
import { getList, listMemberships } from "../../src/hubspot/lists.ts";
import type { HubSpotRecord } from "../../src/hubspot/record-answer.ts";
import { listRecords, readRecords } from "../../src/hubspot/records.ts";
import type { ReadStep } from "../../src/scores/backfill-plan.ts";
import type { Queryable } from "../../src/store/database.ts";
import { replaceListMembers } from "../../src/store/lists.ts";
import { recordIdsAfter } from "../../src/store/records.ts";
import { driftRule } from "../read/drift-rule.ts";
import { activityProperties } from "../read/read-records.ts";
import { saveActivities } from "../read/save-activities.ts";
import { saveLinks } from "../read/save-links.ts";
import { saveReadRecords } from "../read/save-records.ts";
import { conversationsPage, emailEventsPage, formsPage, occurrencesPage } from "./event-pages.ts";
import type { Page, PageRequest } from "./page.ts";

type StepOf<Kind extends ReadStep["kind"]> = Extract<ReadStep, { kind: Kind }>;

async function recordsPage(request: PageRequest, step: StepOf<"records">): Promise<Page> {
  const { client, portal, scores, work } = request;
  const { object } = step;
  const drift = driftRule(work, portal, object);
  const properties = [...step.properties, ...(scores.written.get(object) ?? [])];
  const { records, after } = await listRecords(client, object, properties, request.cursor);
  const save = (tx: Queryable) => saveReadRecords(tx, portal, object, { records, properties, scores, drift });
  return { save, count: records.length, next: after };
}

const HISTORY_PAGE = 500;

async function historyPage(request: PageRequest, step: StepOf<"history">): Promise<Page> {
  const { client, portal, scores, work } = request;
  const { object, properties } = step;
  const drift = driftRule(work, portal, object);
  const page = { after: request.cursor ?? "", limit: HISTORY_PAGE };
  const ids = await recordIdsAfter(work.db, portal, object, page);
  const { found: records } = await readRecords(client, object, ids, { properties, withHistory: properties });
  const save = (tx: Queryable) => saveReadRecords(tx, portal, object, { records, properties, scores, drift });
  return { save, count: ids.length, next: ids.length < HISTORY_PAGE ? undefined : ids.at(-1) };
}

const LINK_PAGE = 1_000;

async function associationsPage(request: PageRequest, step: StepOf<"associations">): Promise<Page> {
  const { client, portal, work } = request;
  const { object, toObject } = step;
  const ids = await recordIdsAfter(work.db, portal, object, {
    after: request.cursor ?? "",
    limit: LINK_PAGE,
  });
  const found = ids.length === 0 ? [] : await readAssociations(client, object, toObject, ids);
  const save = (tx: Queryable) =>
    saveLinks(tx, portal, { fromObject: object, toObject }, { fromIds: ids, found });
  return { save, count: ids.length, next: ids.length < LINK_PAGE ? undefined : ids.at(-1) };
}

async function listPage(request: PageRequest, step: StepOf<"list">): Promise<Page> {
  const { client, portal, work } = request;
  const { listId, object } = step;
  const readFrom = work.clock.now();
  const list = await getList(client, listId);
  if (!list)
    work.log.warn({ portal, listId }, "a score reads a list that HubSpot does not have: it counts as empty");
  const members: string[] = [];
  if (list) for await (const page of listMemberships(client, listId)) members.push(...page);
  const read = { listId, object, name: list?.name ?? listId, readFrom, now: work.clock.now() };
  const save = (tx: Queryable) => replaceListMembers(tx, portal, read, members);
  return { save, count: members.length, next: undefined };
}

/** As many as one call tells the associations of. */
const ACTIVITY_PAGES = 10;

async function listActivities(
  request: PageRequest,
  activity: EngagementObjectName,
  properties: readonly string[],
) {
  const records: HubSpotRecord[] = [];
  let after = request.cursor;
  for (let page = 0; page < ACTIVITY_PAGES; page++) {
    const found = await listRecords(request.client, activity, properties, after);
    records.push(...found.records);
    after = found.after;
    if (after === undefined) break;
  }
  return { records, after };
}

async function activitiesPage(request: PageRequest, step: StepOf<"activities">): Promise<Page> {
  const { client, portal, scores } = request;
  const { activity } = step;
  const wanted = activityProperties(scores, activity);
  const { records, after } = await listActivities(
    request,
    activity,
    engagementPropertyNames(activity, wanted),
  );
  const found = records.map((record) => ({
    objectId: record.id,
    events: engagementEvents(activity, record, wanted),
  }));
  const ids = records.map((record) => record.id);
  const links = ids.length === 0 ? [] : await readAssociations(client, activity, "contact", ids);
  const save = (tx: Queryable) => saveActivities(tx, portal, { activity, found, links, missing: [] });
  return { save, count: records.length, next: after };
}

/** Reads the next page of a step from HubSpot; nothing is saved yet. */
export function readPage(request: PageRequest, step: ReadStep): Promise<Page> {
  switch (step.kind) {
    case "records":
      return recordsPage(request, step);
    case "history":
      return historyPage(request, step);
    case "associations":
      return associationsPage(request, step);
    case "list":
      return listPage(request, step);
    case "activities":
      return activitiesPage(request, step);
    case "occurrences":
      return occurrencesPage(request, step.type);
    case "forms":
      return formsPage(request);
    case "marketing_emails":
      return emailEventsPage(request, step.types);
    case "conversations":
      return conversationsPage(request);
  }
}
