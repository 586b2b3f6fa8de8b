import type { EngagementEvent } from "../scoring/record.ts";
import { WELL_KNOWN_STRINGS } from "./timeline-strings.ts";

type MutableProperties = { [name: string]: string | null };
type Shape = { readonly type: string; readonly names: readonly string[]; readonly blank: MutableProperties };

/** Thrown when stored bytes are no timeline that this release can read. */
export class TimelineError extends Error {
  readonly code = "timeline_unreadable";
}

/** Reads a timeline's numbers one after the other. */
export class NumberReader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let byte = this.#bytes[this.at++] as number;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = this.#bytes[this.at++] as number;
      value += (byte & 127) * scale;
    }
    return value;
  }
}

/** A timeline's words, and its whole text, in which the event ids follow the words from `idsFrom` on. */
export type Text = { readonly text: string; readonly words: readonly string[]; readonly idsFrom: number };

function wordAt(words: readonly string[], number: number): string {
  const word = number % 2 === 0 ? WELL_KNOWN_STRINGS[number / 2] : words[(number - 1) / 2];
  if (word === undefined)
    throw new TimelineError(`The timeline refers to a word that it does not hold (${number})`);
  return word;
}

/** Returns the words of a text, whose lengths are the next numbers. */
export function readWords(reader: NumberReader, text: string, count: number): Text {
  const words: string[] = [];
  let from = 0;
  for (let place = 0; place < count; place++) {
    const to = from + reader.next();
    words.push(text.slice(from, to));
    from = to;
  }
  return { text, words, idsFrom: from };
}

/** Names are set as own properties whatever they are called, so that `__proto__` is a name like any other. */
function createBlank(names: readonly string[]): MutableProperties {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function readShapes(reader: NumberReader, words: readonly string[]): Shape[] {
  const shapes: Shape[] = [];
  for (let left = reader.next(); left > 0; left--) {
    const type = wordAt(words, reader.next());
    const names: string[] = [];
    for (let more = reader.next(); more > 0; more--) names.push(wordAt(words, reader.next()));
    shapes.push({ type, names, blank: createBlank(names) });
  }
  return shapes;
}

function readProperties(reader: NumberReader, shape: Shape, words: readonly string[]): MutableProperties {
  const properties = { ...shape.blank };
  for (const name of shape.names) {
    const number = reader.next();
    if (number > 0) properties[name] = wordAt(words, number - 1);
  }
  return properties;
}

function readFirstInstant(reader: NumberReader): number {
  const number = reader.next();
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

/** Returns the events, whose kinds and contents are the next numbers. */
export function readEvents(
  reader: NumberReader,
  count: number,
  { text, words, idsFrom }: Text,
): EngagementEvent[] {
  const shapes = readShapes(reader, words);
  const events: EngagementEvent[] = [];
  let from = idsFrom;
  let occurredAt = 0;
  for (let place = 0; place < count; place++) {
    occurredAt = place === 0 ? readFirstInstant(reader) : occurredAt + reader.next();
    const to = from + reader.next();
    const shape = shapes[reader.next()];
    if (!shape) throw new TimelineError("The timeline refers to a kind of event that it does not hold");
    const properties = readProperties(reader, shape, words);
    events.push({ id: text.slice(from, to), type: shape.type, occurredAt, properties });
    from = to;
  }
  return events;
}
