const MILLISECONDS = /^-?\d{9,15}$/;
const ISO = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Returns the instant (ms since 1970) that a date text or millisecond text names, else undefined; no zone means UTC. */
export function parseInstant(text: string): number | undefined {
  const trimmed = text.trim();
  if (MILLISECONDS.test(trimmed)) return Number(trimmed);
  const parts = ISO.exec(trimmed);
  if (!parts) return undefined;
  const [, day, time = "00:00", fraction = "", zone = "Z"] = parts;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const instant = Date.parse(`${day}T${seconds}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}

let lastInstant = 0;
let lastText = new Date(0).toISOString();

/** Returns the ISO text (UTC, milliseconds) of an instant; the last one is kept, as a batch shows one instant many times. */
export function isoText(instant: number): string {
  if (instant !== lastInstant) {
    lastText = new Date(instant).toISOString();
    lastInstant = instant;
  }
  return lastText;
}
