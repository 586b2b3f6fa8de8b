import type { Rehearsal, ScoreChange } from "../src/ingestion/rehearse-deliveries.ts";
import { formatPoints } from "../src/scoring/evaluate.ts";
import { printJson, printTable } from "./output.ts";

function valueText(side: ScoreChange["before"]): string {
  if (!side || side.value === null) return "–";
  return side.threshold === null ? formatPoints(side.value) : `${formatPoints(side.value)} ${side.threshold}`;
}

/** The summary's parts; those that say nothing are left out. */
function remarks({ faults, refused, failed, reads }: Rehearsal): string[] {
  return [
    ...(refused > 0
      ? [`${refused} deliveries would be refused with 400: HubSpot never sends such bodies`]
      : []),
    ...(faults > 0 ? [`${faults} events could not be used`] : []),
    ...(failed > 0 ? [`${failed} records could not be scored`] : []),
    ...(reads.length > 0
      ? [`${reads.length} records would first be read from HubSpot; what that changes is not known here`]
      : []),
  ];
}

function printLines(result: Rehearsal, deliveries: number): void {
  const { changes, reads, ...counts } = result;
  for (const change of changes) printJson(change);
  printJson({ written: false, deliveries, ...counts, changed: changes.length, reads: reads.length });
}

function printReport(result: Rehearsal, deliveries: number): void {
  const { changes, notifications, scored, writes } = result;
  const rows = changes.map(({ object, id, score, before, after }) => [
    `${object}/${id}`,
    score,
    valueText(before),
    valueText(after),
  ]);
  if (rows.length > 0) printTable(["RECORD", "SCORE", "NOW", "AFTER"], rows);
  console.log(
    `${deliveries} deliveries with ${notifications} notifications: ${scored} records scored, ${changes.length} values change, ${writes} records would be written`,
  );
  for (const remark of remarks(result)) console.log(remark);
  console.log("nothing was stored or written: --write sends the deliveries to the running service");
}

/** Prints what deliveries would change: each score that differs, then the sums. */
export function printRehearsal(result: Rehearsal, deliveries: number, json: boolean): void {
  const print = json ? printLines : printReport;
  print(result, deliveries);
}
