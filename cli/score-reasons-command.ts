import type { Command } from "commander";
import { switchReasons } from "../src/scores/switch-reasons.ts";
import { printJson } from "./output.ts";
import { followRuns } from "./run-progress.ts";
import { InputError, type Session, withSession } from "./session.ts";

type Options = { readonly on?: boolean; readonly off?: boolean; readonly wait: boolean };

async function reasons(session: Session, name: string, options: Options): Promise<void> {
  const { context, portal, json } = session;
  const { db, clients, clock, queue } = context;
  if (options.on === options.off) throw new InputError("score reasons takes either --on or --off");
  const isOn = options.on === true;
  const deps = {
    ...{ db, client: clients.clientFor(portal), now: () => clock.now() },
    wake: () => queue.enqueue("backfill", { portal }),
  };
  const runs = await switchReasons(deps, portal, { name, isOn });
  const told = isOn ? "also writes why it gives its values" : "no longer writes why it gives its values";
  if (json) printJson({ score: name, reasons: isOn });
  else console.log(`"${name}" ${told}${isOn ? "" : "; what was written stays"}`);
  if (options.wait && runs.length > 0) await followRuns(session, runs);
}

/** Adds `score reasons` to `score`: whether it also writes its top reasons, last change and version as properties. */
export function addScoreReasonsCommand(score: Command): void {
  score
    .command("reasons <name>")
    .description("write a score's top reasons, last change and version as properties, or no longer")
    .option("--on", "make the properties and write them on every record")
    .option("--off", "stop writing them; they keep their values")
    .option("--no-wait", "do not wait until every record is scored")
    .action((name: string, options: Options, command: Command) =>
      withSession(command, (session) => reasons(session, name, options)),
    );
}
