import type { EngagementEvent, EventCursor, EventKind } from "../scoring/record.ts";
import { WELL_KNOWN_STRINGS } from "./timeline-strings.ts";

/** How a timeline's text is written, its second byte: the shortest form that loses nothing. */
export const TEXT_ENCODINGS = ["latin1", "utf8", "utf16le"] as const;
/** The layout's number, a timeline's first byte. */
export const TIMELINE_VERSION = 1;

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

/** A timeline's own words, which its whole text begins with; a word is cut out when it is first read. */
class Words {
  readonly #text: string;
  readonly #ends: number[] = [];
  readonly #cut: (string | undefined)[] = [];

  constructor(reader: NumberReader, text: string, count: number) {
    this.#text = text;
    for (let end = 0; this.#ends.length < count; ) {
      end += reader.next();
      this.#ends.push(end);
    }
  }

  /** Where the event ids begin in the text. */
  get end(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** The word of a number: even ones are well known. */
  at(number: number): string {
    const word = number % 2 === 0 ? WELL_KNOWN_STRINGS[number / 2] : this.#own((number - 1) / 2);
    if (word === undefined)
      throw new TimelineError(`The timeline refers to a word that it does not hold (${number})`);
    return word;
  }

  #own(place: number): string | undefined {
    const known = this.#cut[place];
    if (known !== undefined || place >= this.#ends.length) return known;
    const word = this.#text.slice(place === 0 ? 0 : this.#ends[place - 1], this.#ends[place]);
    this.#cut[place] = word;
    return word;
  }
}

function readKinds(reader: NumberReader, words: Words): EventKind[] {
  const kinds: EventKind[] = [];
  for (let left = reader.next(); left > 0; left--) {
    const type = words.at(reader.next());
    const names: string[] = [];
    for (let more = reader.next(); more > 0; more--) names.push(words.at(reader.next()));
    kinds.push({ type, names });
  }
  return kinds;
}

function readFirstInstant(reader: NumberReader): number {
  const number = reader.next();
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}

/** Reads a packed timeline event by event. Throws TimelineError when the bytes are damaged or of a newer release. */
export class TimelineCursor implements EventCursor {
  readonly kinds: readonly EventKind[];
  kind = 0;
  occurredAt = 0;
  readonly #reader: NumberReader;
  readonly #size: number;
  readonly #text: string;
  readonly #words: Words;
  readonly #count: number;
  #place = 0;
  #idFrom: number;
  #idTo: number;
  /** A word's number and one, by place among the names; 0 where there is no text. */
  readonly #values: number[] = [];

  constructor(bytes: Buffer) {
    const encoding = TEXT_ENCODINGS[bytes[1] ?? -1];
    if (bytes[0] !== TIMELINE_VERSION || !encoding)
      throw new TimelineError(
        `The timeline has layout ${bytes[0]}, this release knows layout ${TIMELINE_VERSION}`,
      );
    const reader = new NumberReader(bytes, 2);
    const [events, words, textBytes] = [reader.next(), reader.next(), reader.next()];
    if (events + words + textBytes > 3 * bytes.length) throw new TimelineError("The timeline is cut short");
    this.#text = bytes.toString(encoding, reader.at, reader.at + textBytes);
    reader.at += textBytes;
    this.#reader = reader;
    this.#size = bytes.length;
    this.#count = events;
    this.#words = new Words(reader, this.#text, words);
    this.kinds = readKinds(reader, this.#words);
    this.#idFrom = this.#words.end;
    this.#idTo = this.#idFrom;
  }

  next(): boolean {
    const reader = this.#reader;
    if (this.#place === this.#count) {
      if (reader.at !== this.#size)
        throw new TimelineError("The timeline is cut short or followed by other bytes");
      return false;
    }
    this.occurredAt = this.#place === 0 ? readFirstInstant(reader) : this.occurredAt + reader.next();
    this.#idFrom = this.#idTo;
    this.#idTo += reader.next();
    this.kind = reader.next();
    const { length } = this.#kindOfEvent().names;
    for (let place = 0; place < length; place++) this.#values[place] = reader.next();
    this.#place += 1;
    return true;
  }

  textAt(place: number): string | null {
    const number = this.#values[place] ?? 0;
    return number === 0 ? null : this.#words.at(number - 1);
  }

  event(): EngagementEvent {
    const { type, names } = this.#kindOfEvent();
    const id = this.#text.slice(this.#idFrom, this.#idTo);
    // As entries, so that `__proto__` is a name like any other.
    const properties = Object.fromEntries(names.map((name, place) => [name, this.textAt(place)]));
    return { id, type, occurredAt: this.occurredAt, properties };
  }

  #kindOfEvent(): EventKind {
    const kind = this.kinds[this.kind];
    if (!kind) throw new TimelineError("The timeline refers to a kind of event that it does not hold");
    return kind;
  }
}
