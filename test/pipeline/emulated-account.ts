import { vi } from "vitest";
import { z } from "zod";
import { CONTACT } from "../../emulator/portal/object-types.ts";
import { changeProperties } from "../../emulator/portal/record-changes.ts";
import { findRecord } from "../../emulator/portal/record-store.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/start-emulator.ts";
import { readLines } from "./read-lines.ts";

const CRM = "/crm/objects/2026-09";

const callSchema = z.object({
  seq: z.number(),
  at: z.number(),
  method: z.string(),
  path: z.string(),
  ids: z.array(z.string()),
  properties: z.array(z.string()),
  status: z.number(),
});
const callsSchema = z.object({ lastSeq: z.number(), calls: z.array(callSchema) });
const stateSchema = z.object({ now: z.string(), notificationsPending: z.number(), inFlight: z.number() });
const recordsSchema = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) })),
});
const idSchema = z.object({ id: z.string() });

/** One API call that the emulated account received. */
type ReceivedCall = z.infer<typeof callSchema>;
type Values = { readonly [property: string]: string };

/** An emulated HubSpot account with the hands of its users, who change records, and of the test, which steers it. */
export type EmulatedAccount = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly id: string;
  /** Asks a path under `/__`, or the API, and returns the answer's JSON; throws when it is a refusal. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  create(object: string, properties: Values): Promise<string>;
  change(object: string, id: string, properties: Values): Promise<void>;
  /** Changes a contact's values as HubSpot itself does, read-only ones too. */
  raise(contact: string, properties: Values): Promise<void>;
  archive(object: string, id: string): Promise<void>;
  erase(contact: string): Promise<void>;
  restore(object: string, id: string): Promise<void>;
  /** Merges two contacts and returns the id of the record that they become. */
  merge(primary: string, other: string): Promise<string>;
  visit(contact: string, id: string, occurredAt: number): Promise<void>;
  /** Every present record's values, by id. */
  values(object: string): Promise<Map<string, Readonly<Record<string, string | null>>>>;
  /** The record lines of the whole account. */
  dump(): Promise<unknown[]>;
  /** Calls of the API since the last one counted by `lastCall`. */
  callsAfter(seq: number): Promise<readonly ReceivedCall[]>;
  lastCall(): Promise<number>;
  moveDays(days: number): Promise<void>;
  /** Returns once every notification has been accepted, or has been given up. */
  untilDelivered(): Promise<void>;
};

function usersOf(ask: EmulatedAccount["ask"]) {
  const path = (object: string, id: string) => `${CRM}/${object}/${id}`;
  return {
    create: async (object: string, properties: Values) =>
      idSchema.parse(await ask("POST", `${CRM}/${object}`, { properties })).id,
    change: async (object: string, id: string, properties: Values) =>
      void (await ask("PATCH", path(object, id), { properties })),
    archive: async (object: string, id: string) => void (await ask("DELETE", path(object, id))),
    erase: async (contact: string) =>
      void (await ask("POST", `${CRM}/contact/gdpr-delete`, { objectId: contact })),
    restore: async (object: string, id: string) => void (await ask("POST", "/__restore", { object, id })),
    merge: async (primary: string, other: string) =>
      idSchema.parse(
        await ask("POST", `${CRM}/contact/merge`, { primaryObjectId: primary, objectIdToMerge: other }),
      ).id,
    visit: async (contact: string, id: string, occurredAt: number) => {
      const event = {
        id,
        type: "page_visited",
        occurredAt: new Date(occurredAt).toISOString(),
        properties: { url: "https://www.example.com/pricing" },
      };
      await ask("POST", "/__events", { object: "contact", id: contact, events: [event] });
    },
  };
}

function raiseValues({ portal }: Emulator, contact: string, properties: Values): void {
  const record = findRecord(portal.records, CONTACT, contact);
  if (!record) throw new Error(`there is no contact ${contact}`);
  changeProperties(portal, record, Object.entries(properties), "AUTOMATION_PLATFORM");
}

/** Starts an emulated account with the given records and no rate limit. */
export async function startAccount(options: EmulatorOptions): Promise<EmulatedAccount> {
  const emulator = await startEmulator({ burst: 0, ...options });
  const ask: EmulatedAccount["ask"] = async (method, path, body) => {
    const answer = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const calls = async (after: number) => callsSchema.parse(await ask("GET", `/__calls?after=${after}`));
  return {
    emulator,
    id: String(emulator.portalId),
    ask,
    raise: async (contact, properties) => raiseValues(emulator, contact, properties),
    ...usersOf(ask),
    async values(object) {
      const { results } = recordsSchema.parse(await ask("GET", `/__records?object=${object}`));
      return new Map(results.map(({ id, properties }) => [id, properties]));
    },
    dump: () => readLines(`${emulator.url}/__dump`),
    callsAfter: async (seq) => (await calls(seq)).calls,
    lastCall: async () => (await calls(Number.MAX_SAFE_INTEGER)).lastSeq,
    moveDays: async (days) => void (await ask("POST", "/__clock", { advanceDays: days })),
    untilDelivered: () =>
      vi.waitFor(
        async () => {
          const { notificationsPending, inFlight } = stateSchema.parse(await ask("GET", "/__state"));
          if (notificationsPending + inFlight > 0) throw new Error("notifications are on their way");
        },
        { timeout: 20_000, interval: 10 },
      ),
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
