import type { Change } from "./diff.ts";

/** Returns changes as lines: each place as a heading, its changes indented below it. */
export function renderChanges(changes: readonly Change[]): string {
  const lines: string[] = [];
  let place: string | null = null;
  for (const { where, text } of changes) {
    if (where !== place) lines.push(where);
    place = where;
    lines.push(`  ${text}`);
  }
  return lines.join("\n");
}
