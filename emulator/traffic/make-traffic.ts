import { setTimeout as wait } from "node:timers/promises";
import type { CrmRecord } from "../portal/crm-record.ts";
import { COMPANY, CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { presentRecords } from "../portal/record-store.ts";
import { createRandom, type Random } from "../seeded-random.ts";
import { editRecord } from "./edit-record.ts";
import { logActivity } from "./log-activity.ts";

export type TrafficOptions = { readonly count: number; readonly seed: number; readonly perSecond: number };

const TICK_MS = 100;

/**
 * Makes seeded, believable changes: property edits, visits, forms, e-mail events, calls, meetings booked and held.
 * `perSecond` 0 makes them all at once. Returns how many were made.
 */
export async function makeTraffic(
  portal: Portal,
  options: TrafficOptions,
  closing: AbortSignal,
): Promise<number> {
  const random = createRandom(options.seed);
  const contacts = [...presentRecords(portal.records, CONTACT)];
  const companies = [...presentRecords(portal.records, COMPANY)];
  if (contacts.length === 0) return 0;
  const perTick =
    options.perSecond > 0 ? Math.max(1, Math.round((options.perSecond * TICK_MS) / 1000)) : options.count;
  let made = 0;
  while (made < options.count && !closing.aborted) {
    const until = Math.min(options.count, made + perTick);
    for (; made < until; made += 1) makeChange(portal, { contacts, companies }, random);
    if (made < options.count)
      await wait((perTick / options.perSecond) * 1000, undefined, { signal: closing }).catch(() => undefined);
  }
  return made;
}

type Population = { readonly contacts: readonly CrmRecord[]; readonly companies: readonly CrmRecord[] };

function makeChange(portal: Portal, { contacts, companies }: Population, random: Random): void {
  const contact = pickPresent(contacts, random);
  if (companies.length > 0 && random.chance(0.05))
    editRecord(portal, pickPresent(companies, random), companies, random);
  else if (random.chance(0.4)) editRecord(portal, contact, contacts, random);
  else logActivity(portal, contact, random);
}

function pickPresent(records: readonly CrmRecord[], random: Random): CrmRecord {
  for (let tries = 0; tries < 20; tries += 1) {
    const record = random.pick(records);
    if (record.archivedAt === undefined) return record;
  }
  return random.pick(records);
}
