import { propertyReader } from "./property-reader.ts";
import type { Properties } from "./record.ts";

type Judge = (text: string) => boolean;

/** What a condition says of a known text, and of none. */
export type Judgement = { readonly judge: Judge; readonly whenUnknown: boolean };

/** What conditions say of the texts of one property: each has a bit, and a text is judged for all of them at once. */
export type Sheet = {
  readonly property: string;
  readonly read: (properties: Properties) => string | null | undefined;
  readonly judges: Judge[];
  /** The bits of the conditions that hold where the property is unknown. */
  unknown: number;
  /** The properties read last, and the bits of the conditions that hold for them. */
  subject: Properties | null;
  holding: number;
  /** The bits by text, as values repeat from record to record; `null` where they were seen not to. */
  known: Map<string, number> | null;
  hits: number;
};

/** The sheets of one kind of subject by property, for conditions that are tried on the same subjects. */
export type Sheets = {
  readonly byProperty: Map<string, Sheet>;
  readonly own: Sheet[];
  readonly all: Sheet[];
};

const MOST_JUDGES = 31;
const MOST_TEXTS = 1_024;
const LONGEST_TEXT = 200;

/** The sheets of a score. */
export type Shelf = {
  /** Returns the sheets of a kind of subject. */
  readonly sheetsOf: (kind: string) => Sheets;
  /** Makes all sheets read anew: between evaluations a caller may have changed a subject in place. */
  readonly forgetSubjects: () => void;
};

/** Returns an empty shelf. */
export function newShelf(): Shelf {
  const sheets: Sheet[] = [];
  const kinds = new Map<string, Sheets>();
  return {
    sheetsOf: (kind) => {
      const found: Sheets = kinds.get(kind) ?? { byProperty: new Map(), own: [], all: sheets };
      kinds.set(kind, found);
      return found;
    },
    forgetSubjects: () => {
      for (const sheet of sheets) sheet.subject = null;
    },
  };
}

/** Returns a test of one property's text: what `judge` says of it, `whenUnknown` where there is none. */
export function judgeProperty(
  sheets: Sheets,
  property: string,
  { judge, whenUnknown }: Judgement,
): (properties: Properties) => boolean {
  const sheet = sheetOf(sheets, property);
  const bit = 1 << sheet.judges.length;
  sheet.judges.push(judge);
  if (whenUnknown) sheet.unknown |= bit;
  return (properties) => {
    if (properties !== sheet.subject) readSubject(sheet, properties);
    return (sheet.holding & bit) !== 0;
  };
}

/** Returns the bits of a sheet's conditions that hold for these properties. */
export function holdingIn(sheet: Sheet, properties: Properties): number {
  return verdictsOn(sheet, sheet.read(properties));
}

/** Returns the bits of a sheet's conditions that hold for a text, or where there is none. */
export function verdictsOn(sheet: Sheet, text: string | null | undefined): number {
  return text ? verdictsOnText(sheet, text) : sheet.unknown;
}

function sheetOf({ byProperty, own, all }: Sheets, property: string): Sheet {
  const found = byProperty.get(property);
  if (found !== undefined && found.judges.length < MOST_JUDGES) return found;
  const sheet: Sheet = {
    property,
    read: propertyReader(property),
    judges: [],
    unknown: 0,
    subject: null,
    holding: 0,
    known: new Map(),
    hits: 0,
  };
  byProperty.set(property, sheet);
  own.push(sheet);
  all.push(sheet);
  return sheet;
}

function readSubject(sheet: Sheet, properties: Properties): void {
  sheet.holding = holdingIn(sheet, properties);
  sheet.subject = properties;
}

function verdictsOnText(sheet: Sheet, text: string): number {
  const { known } = sheet;
  if (known === null) return judgeAll(sheet, text);
  const found = known.get(text);
  if (found === undefined) return judgeUnknown(sheet, known, text);
  sheet.hits += 1;
  return found;
}

function judgeUnknown(sheet: Sheet, known: Map<string, number>, text: string): number {
  const verdicts = judgeAll(sheet, text);
  if (text.length > LONGEST_TEXT) return verdicts;
  if (known.size >= MOST_TEXTS) {
    if (sheet.hits < MOST_TEXTS) sheet.known = null;
    known.clear();
    sheet.hits = 0;
  }
  known.set(text, verdicts);
  return verdicts;
}

function judgeAll({ judges }: Sheet, text: string): number {
  let verdicts = 0;
  for (let slot = 0; slot < judges.length; slot++) if (judges[slot]?.(text)) verdicts |= 1 << slot;
  return verdicts;
}
