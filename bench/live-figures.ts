import { cpus } from "node:os";

/** The value below which this share (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The machine that figures are of. */
function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`;
}

/** One measured figure; `target` is the most that it should be. */
export type LiveFigure = { readonly figure: string; readonly value: number; readonly target?: number };

/** Prints figures with their targets. */
export function printFigures(title: string, figures: readonly LiveFigure[]): void {
  console.log(`${title}; ${machine()}`);
  const rows = figures.map(({ figure, value, target }) => {
    const verdict = target === undefined ? "" : `≤ ${target} ${value <= target ? "met" : "MISSED"}`;
    return [figure, { value: Number(value.toPrecision(4)), target: verdict }] as const;
  });
  console.table(Object.fromEntries(rows));
}
