/** How the card writes instants: the user's language and the account's time zone. */
export type Wording = { readonly locale: string; readonly timeZone: string };

const MINUS = "−";

function plain(points: number): string {
  return String(Math.round(points * 100) / 100).replace("-", MINUS);
}

/** Returns points with their sign: `+12.5`, `−3`, `0`. */
export function signed(points: number): string {
  return points > 0 ? `+${plain(points)}` : plain(points);
}

/** Returns a value as text, `–` where there is none. */
export function valueText(value: number | null): string {
  return value === null ? "–" : plain(value);
}

/** Returns the day and time of an instant (ms). */
export function instantText(at: number, { locale, timeZone }: Wording): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(at);
}

/** Returns the day of an instant (ms). */
export function dayText(at: number, { locale, timeZone }: Wording): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone }).format(at);
}
