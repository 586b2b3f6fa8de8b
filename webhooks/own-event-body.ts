import { z } from "zod";
import { readInstant } from "../src/scoring/instant.ts";
import { RECORD_ID, type WaitingEvent } from "../src/store/waiting-events.ts";

/** A fault of one event of a request: its place, the JSON path, and what is wrong; values are not repeated. */
export type EventFault = { readonly index: number; readonly path: string; readonly message: string };

/** The events of a request that can be used, with their own ids and places in it, and the faults of the others. */
export type ReadEvents = {
  readonly events: readonly { readonly ownId: string; readonly waiting: WaitingEvent }[];
  readonly faults: readonly EventFault[];
};

/** What an event is read with: the instant of those that name none (ms), and the properties that may name contacts. */
export type EventRules = {
  readonly now: number;
  readonly externalId: string | undefined;
  readonly namingProperties: readonly string[];
};

const MOST_EVENTS = 500;
/** What is dated outside these years is a mistake, as of seconds that were taken for milliseconds. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2101, 0) - 1;

const bodySchema = z.strictObject({ events: z.array(z.unknown()).min(1).max(MOST_EVENTS) });

const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "holds characters that cannot be stored");

const unreadable = "must be an ISO 8601 instant or milliseconds since 1970";

const instant = z
  .union([z.int(), z.string()], { error: unreadable })
  .transform((value, context) => {
    const at = typeof value === "number" ? value : readInstant(value);
    if (at !== null) return at;
    context.addIssue(unreadable);
    return z.NEVER;
  })
  .refine(
    (at) => at >= EARLIEST_MS && at <= LATEST_MS,
    "must be within the years 2000 to 2100: an ISO 8601 instant, or milliseconds (not seconds) since 1970",
  );

const propertyValue = z
  .union([z.string().max(4_096), z.number(), z.boolean(), z.null()], {
    error: "must be a text of at most 4096 characters, a number, true, false or null",
  })
  .transform((value) => (value === null ? null : String(value)));

const contactSchema = z
  .strictObject({
    id: z
      .union([z.string(), z.int().positive()])
      .transform(String)
      .pipe(z.string().regex(/^\d{1,20}$/, "must be a HubSpot record id"))
      .optional(),
    email: z.string().trim().toLowerCase().pipe(z.email().max(254)).optional(),
    externalId: plainText(250).optional(),
    property: plainText(100).optional(),
    value: plainText(250).optional(),
  })
  .refine(
    ({ id, email, externalId, property }) =>
      [id, email, externalId, property].filter((one) => one !== undefined).length === 1,
    "must hold one of id, email, externalId, or property with value",
  )
  .refine(({ property, value }) => (property === undefined) === (value === undefined), {
    path: ["value"],
    error: "belongs to property, and property to value",
  });

const eventSchema = z.strictObject({
  id: plainText(200),
  type: z
    .string()
    .regex(/^custom:[A-Za-z0-9_.-]{1,100}$/, "must be custom: and 1 to 100 letters, digits, _, - or ."),
  occurredAt: instant.optional(),
  contact: contactSchema,
  properties: z
    .record(plainText(100), propertyValue)
    .refine((all) => Object.keys(all).length <= 100, "holds more than 100 properties")
    .default({}),
});

type OwnEvent = z.infer<typeof eventSchema>;

function pathOf(index: number, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    `events[${index}]`,
  );
}

/** The property and value that name the contact, or what is wrong with them. */
function namedBy(
  { id, email, externalId, property, value }: OwnEvent["contact"],
  rules: EventRules,
): Pick<WaitingEvent, "property" | "value"> | { readonly path: string; readonly message: string } {
  if (id !== undefined) return { property: RECORD_ID, value: id };
  if (email !== undefined) return { property: "email", value: email };
  if (externalId !== undefined) {
    if (rules.externalId !== undefined) return { property: rules.externalId, value: externalId.trim() };
    return { path: "externalId", message: "this key has no contact property for external ids" };
  }
  if (property !== undefined && rules.namingProperties.includes(property))
    return { property, value: (value ?? "").trim() };
  return { path: "property", message: "no key of this account is made for this contact property" };
}

function readEvent(given: unknown, index: number, rules: EventRules): ReadEvents {
  const parsed = eventSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({
      index,
      path: pathOf(index, path),
      message,
    }));
    return { events: [], faults };
  }
  const { id, type, occurredAt = rules.now, contact, properties } = parsed.data;
  const named = namedBy(contact, rules);
  if ("message" in named) {
    const path = pathOf(index, ["contact", named.path]);
    return { events: [], faults: [{ index, path, message: named.message }] };
  }
  const event = { id: `own:${id}`, type, occurredAt, properties };
  return { events: [{ ownId: id, waiting: { ...named, event } }], faults: [] };
}

/** Returns the events of a request's body, each with its own faults; a text where the body itself is wrong. */
export function readOwnEvents(body: Buffer, rules: EventRules): ReadEvents | string {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return "the body is not JSON";
  }
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) return `the body must be {"events": [...]} with 1 to ${MOST_EVENTS} events`;
  const read = parsed.data.events.map((event, index) => readEvent(event, index, rules));
  return { events: read.flatMap((one) => one.events), faults: read.flatMap((one) => one.faults) };
}
