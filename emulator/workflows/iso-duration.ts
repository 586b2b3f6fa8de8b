const PARTS = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** Returns an ISO 8601 duration (`P1WT1H`) in ms, or undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const found = PARTS.exec(text);
  if (!found || text.endsWith("T") || text === "P") return undefined;
  return found.slice(1).reduce((sum, part, index) => sum + Number(part ?? 0) * (UNITS_MS[index] ?? 0), 0);
}
