import type { TestedRecord } from "../src/scores/test-record.ts";
import type { Limited, RuleExplanation } from "../src/scoring/evaluation.ts";

function limited({ before, points }: Limited): string {
  return before === points ? `${points}` : `${points} (${before} before the limit)`;
}

function seenText(seen: TestedRecord["missed"][number]["seen"] | undefined): string {
  if (seen === undefined) return "";
  const values = Object.entries(seen).map(
    ([name, value]) => `${name} ${value === null || value === "" ? "unknown" : value}`,
  );
  return values.length === 0 ? "" : `; seen: ${values.join(", ")}`;
}

function ruleText(rule: RuleExplanation, missed: TestedRecord["missed"]): string {
  const seen = missed.find((one) => one.rule === rule.id)?.seen;
  return `${rule.matches > 0 ? "✓" : "·"} ${rule.id}: ${limited(rule)}, ${rule.matches} matching${seenText(seen)}`;
}

function givenText({ side, points, reason, until }: TestedRecord["adjustments"][number]): string {
  const end = until === null ? "" : `, until ${new Date(until).toISOString()}`;
  return `adjusted (${side}): ${points > 0 ? "+" : ""}${points}, ${reason}${end}`;
}

/** Prints how a record came to its value: the result, then groups and rules with their points, and points given. */
export function printExplanation(
  name: string,
  record: { readonly object: string; readonly id: string },
  explanation: TestedRecord,
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
    for (const rule of group.rules) console.log(`    ${ruleText(rule, explanation.missed)}`);
  }
  for (const given of explanation.adjustments) console.log(`  ${givenText(given)}`);
  if (validUntil !== null)
    console.log(`  may change by time alone from ${new Date(validUntil).toISOString()}`);
}
