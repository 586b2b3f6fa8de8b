import * as fc from "fast-check";
import { DAY, HOUR, startOfUnit } from "./naive-instants.ts";
import type { RawProperties, Scalar } from "./raw-documents.ts";

/** What random scores and records speak of, so that they meet each other. */
export const PROPERTIES = ["industry", "industry", "industry", "jobtitle", "renewal", "__proto__"];
export const LISTS = ["12", "42", "43"];
export const LABELS = ["Primary", "Decision maker", "primary"];
export const EVENT_TYPES = ["form_submitted", "form_submitted", "email_opened", "custom:Trial.start_1-x"];
export const DAY_COUNTS = [1, 2, 3, 7, 30, 90, 365];
export const WORDS = ["SOFTWARE", "SOFTWARE", "retail", "Director", "5", "true", "É ß", "a;b"];

export const NUMBERS = [-3, 0, 0.5, 5, 5.5, 10, 1000, 1e21];

const blanks = fc.constantFrom("", "", "", " ", "\t", "\u00a0");

/** A word in either case, with or without blanks around. */
export const word: fc.Arbitrary<string> = fc
  .tuple(blanks, fc.constantFrom(...WORDS), fc.boolean(), blanks)
  .map(([before, text, lower, after]) => before + (lower ? text.toLowerCase() : text) + after);

const enumeration = fc
  .array(fc.oneof(word, fc.constantFrom("", " ")), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(";"));

const numberText = fc.constantFrom(
  ..."-3 0 0.5 .5 5 5. 5.0 +5 05 5e0 0.5E1 50e-1 10 1e3 1e999 0x10 1,000 Infinity NaN - . 1_0 1e 1000000000000000000000 1e21".split(
    " ",
  ),
);

/** An instant that boundaries meet: whole days from `at`, or edges of calendar units, a millisecond either way. */
export function instants(at: number, zone: string): fc.Arbitrary<number> {
  const days = fc.constantFrom(0, ...DAY_COUNTS);
  const shift = fc.constantFrom(-1, 0, 0, 1);
  const past = fc.tuple(days, days, shift).map(([a, b, ms]) => at - (a + b) * DAY + ms);
  const future = fc.tuple(days, days, shift).map(([a, b, ms]) => at + (a - b / 2) * DAY + ms);
  const near = fc.integer({ min: -50, max: 4 }).map((hours) => at + hours * HOUR);
  const unit = fc.constantFrom(
    "DAY" as const,
    "WEEK" as const,
    "MONTH" as const,
    "QUARTER" as const,
    "YEAR" as const,
  );
  const edge = fc
    .tuple(unit, fc.constantFrom(-2, -1, -1, 0, 0, 1), shift)
    .map(([of, step, ms]) => startOfUnit(at, of, step, zone) + ms);
  const midnight = Math.floor(at / DAY) * DAY;
  const few = [at, at - DAY, at - 7 * DAY, at + DAY, midnight - DAY, midnight, midnight + DAY];
  const favourite = fc.tuple(fc.constantFrom(...few), shift).map(([t, ms]) => t + ms);
  return fc.oneof(
    { arbitrary: favourite, weight: 4 },
    { arbitrary: past, weight: 4 },
    { arbitrary: future, weight: 1 },
    { arbitrary: near, weight: 1 },
    { arbitrary: edge, weight: 2 },
  );
}

const pad = (value: number, length = 2): string => String(value).padStart(length, "0");

function withOffset(t: number, minutes: number, colon: boolean): string {
  const local = new Date(t + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const sign = minutes < 0 ? "-" : "+";
  return `${local}${sign}${pad(Math.floor(size / 60))}${colon ? ":" : ""}${pad(size % 60)}`;
}

const writings: readonly ((t: number) => string)[] = [
  (t) => new Date(t).toISOString(),
  (t) => new Date(t).toISOString().slice(0, -1),
  (t) => new Date(t).toISOString().replace("Z", "999Z"),
  (t) => withOffset(t, 330, true),
  (t) => withOffset(t, -240, false),
];

/** An instant as ISO text, exactly to the millisecond. */
export const isoTexts = (at: number, zone: string): fc.Arbitrary<string> =>
  fc.tuple(instants(at, zone), fc.constantFrom(...writings)).map(([t, write]) => write(t));

/** A date as a definition bounds it: exact, cut to the minute, or a whole day. */
export const boundTexts = (at: number, zone: string): fc.Arbitrary<string> =>
  fc.oneof(
    isoTexts(at, zone),
    instants(at, zone).map((t) => new Date(t).toISOString().slice(0, 10)),
    instants(at, zone).map((t) => `${new Date(t).toISOString().slice(0, 16)}Z`),
  );

const oddDates = fc.constantFrom(
  "2026-02-29",
  "2024-02-29",
  "2026-13-01",
  "2026-01-01T24:00Z",
  "2026-01-01T23:59:60Z",
  "2026-01-01t00:00:00Z",
  "2026-01-01T00:00:00z",
  "2026-1-1",
  "2026-01-01 00:00",
  "0000-01-01",
  "0001-02-03T04:05",
  "9999-12-31T23:59:59.999999999Z",
  "2026-01-01T00:00:00.1234567890Z",
  "2026-01-01T00:00+24:00",
  "2026-01-01T00:00+05",
  "99999999",
  "-999999999",
  "+1767225600000",
  "1767225600000.0",
  "12345678901234567",
);

const dateTexts = (at: number, zone: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: boundTexts(at, zone), weight: 4 },
    { arbitrary: instants(at, zone).map((t) => ` ${t} `), weight: 2 },
    { arbitrary: oddDates, weight: 1 },
  );

/** A property value as a record file may hold it. */
const anyValues = (at: number, zone: string): fc.Arbitrary<Scalar | null> =>
  fc.oneof(
    { arbitrary: word, weight: 3 },
    { arbitrary: enumeration, weight: 3 },
    { arbitrary: numberText, weight: 2 },
    { arbitrary: fc.constantFrom(...NUMBERS, 1e-7, 1767225600000), weight: 1 },
    { arbitrary: fc.boolean(), weight: 1 },
    { arbitrary: fc.constantFrom("", " ", "\n", ";", " ; ", null), weight: 2 },
    { arbitrary: dateTexts(at, zone), weight: 2 },
  );

/** A property with a value as a record file may hold it: words in one, dates in another, anything in any. */
export function namedValues(at: number, zone: string): fc.Arbitrary<readonly [string, Scalar | null]> {
  const any = anyValues(at, zone);
  const name = fc.constantFrom(...PROPERTIES);
  return fc.oneof(
    { arbitrary: fc.tuple(fc.constant("industry"), fc.oneof(word, enumeration)), weight: 3 },
    { arbitrary: fc.tuple(fc.constant("renewal"), dateTexts(at, zone)), weight: 3 },
    { arbitrary: fc.tuple(fc.constant("jobtitle"), numberText), weight: 1 },
    { arbitrary: fc.tuple(name, any), weight: 3 },
  );
}

/** Properties of a record or an event. */
export const properties = (at: number, zone: string): fc.Arbitrary<RawProperties> =>
  fc
    .array(namedValues(at, zone), { minLength: 2, maxLength: 7, size: "max" })
    .map((entries) => Object.fromEntries(entries));
