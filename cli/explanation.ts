import type { Explanation, Limited } from "../src/scoring/evaluation.ts";

function limited({ before, points }: Limited): string {
  return before === points ? `${points}` : `${points} (${before} before the limit)`;
}

/** Prints how a record came to its value: the result, then sides, groups and rules with their points. */
export function printExplanation(
  name: string,
  record: { readonly object: string; readonly id: string },
  explanation: Explanation,
): void {
  const { inScope, value, threshold, validUntil, groups, total } = explanation;
  console.log(`${name}: ${record.object} ${record.id}`);
  if (!inScope) {
    console.log("  not in the score's scope");
    return;
  }
  console.log(`  value ${value}${threshold === null ? "" : `, ${threshold}`}`);
  if (total) console.log(`  total ${limited(total)}`);
  for (const group of groups ?? []) {
    console.log(`  ${group.name} (${group.side}): ${limited(group)}`);
    for (const rule of group.rules)
      console.log(
        `    ${rule.matches > 0 ? "✓" : "·"} ${rule.id}: ${limited(rule)}, ${rule.matches} matching`,
      );
  }
  if (validUntil !== null)
    console.log(`  may change by time alone from ${new Date(validUntil).toISOString()}`);
}
