import { propertyReader } from "./property-reader.ts";
import type { Properties } from "./record.ts";

type Judge = (text: string) => boolean;

/** What a condition says of a known text, and of none. */
export type Judgement = { readonly judge: Judge; readonly whenUnknown: boolean };

/** What conditions say of the texts of one property: each has a bit, and a text is judged for all of them at once. */
type Sheet = {
  readonly read: (properties: Properties) => string | null | undefined;
  readonly judges: Judge[];
  /** The bits of the conditions that hold where the property is unknown. */
  unknown: number;
  text: string;
  verdicts: number;
  /** The bits by text, as values repeat from record to record; `null` where they were seen not to. */
  known: Map<string, number> | null;
  hits: number;
};

/** The sheets of one kind of subject by property, for conditions that are tried on the same subjects. */
export type Sheets = Map<string, Sheet>;

const MOST_JUDGES = 31;
const MOST_TEXTS = 1_024;
const LONGEST_TEXT = 200;

/** Returns the sheets of each kind of subject, those of a kind that has none yet being new. */
export function shelveSheets(): (kind: string) => Sheets {
  const shelf = new Map<string, Sheets>();
  return (kind) => {
    const sheets: Sheets = shelf.get(kind) ?? new Map();
    shelf.set(kind, sheets);
    return sheets;
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
    const text = sheet.read(properties);
    if (!text) return (sheet.unknown & bit) !== 0;
    if (text !== sheet.text) judgeText(sheet, text);
    return (sheet.verdicts & bit) !== 0;
  };
}

function sheetOf(sheets: Sheets, property: string): Sheet {
  const found = sheets.get(property);
  if (found !== undefined && found.judges.length < MOST_JUDGES) return found;
  const sheet: Sheet = {
    read: propertyReader(property),
    judges: [],
    unknown: 0,
    text: "",
    verdicts: 0,
    known: new Map(),
    hits: 0,
  };
  sheets.set(property, sheet);
  return sheet;
}

function judgeText(sheet: Sheet, text: string): void {
  const found = sheet.known?.get(text);
  sheet.text = text;
  sheet.verdicts = found ?? judgeAll(sheet, text);
  if (found !== undefined) sheet.hits += 1;
  else if (sheet.known !== null && text.length <= LONGEST_TEXT) keep(sheet, sheet.known);
}

function judgeAll({ judges }: Sheet, text: string): number {
  let verdicts = 0;
  for (let slot = 0; slot < judges.length; slot++) if (judges[slot]?.(text)) verdicts |= 1 << slot;
  return verdicts;
}

function keep(sheet: Sheet, known: Map<string, number>): void {
  if (known.size >= MOST_TEXTS) {
    if (sheet.hits < MOST_TEXTS) sheet.known = null;
    known.clear();
    sheet.hits = 0;
  }
  known.set(sheet.text, sheet.verdicts);
}
