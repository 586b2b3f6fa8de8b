import type { Command } from "commander";
import { givenAdjustments } from "../src/scores/given-adjustments.ts";
import { printJson, printTable } from "./output.ts";
import { type Session, withSession } from "./session.ts";
import { recordOf } from "./type-and-id.ts";

const instant = (ms: number | null): string => (ms === null ? "" : new Date(ms).toISOString());

async function adjustments(session: Session, name: string, options: { readonly record: string }) {
  const { context, portal, json } = session;
  const record = recordOf(options.record);
  const given = await givenAdjustments(context.db, portal, { name, ...record }, context.clock.now());
  if (json) {
    for (const one of given) printJson({ score: name, ...record, ...one });
    return;
  }
  const cells = given.map(({ by, points, side, from, until, inForce, reason }) => [
    instant(from),
    by,
    `${points > 0 ? "+" : ""}${points}`,
    side,
    instant(until),
    inForce ? "in force" : "",
    reason,
  ]);
  printTable(["FROM", "BY", "POINTS", "SIDE", "UNTIL", "", "REASON"], cells);
}

/** Adds `score adjustments` to `score`: who gave a record points, when and why. */
export function addScoreAdjustmentCommands(score: Command): void {
  score
    .command("adjustments <name>")
    .description("points that workflows gave a record: by whom, when and why")
    .requiredOption("--record <type/id>", "the record, as in contact/123")
    .action((name: string, options: { record: string }, command: Command) =>
      withSession(command, (session) => adjustments(session, name, options)),
    );
}
