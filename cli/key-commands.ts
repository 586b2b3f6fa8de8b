import type { Command } from "commander";
import type { Context } from "../src/context.ts";
import { grantedScopes, resealTokens } from "../src/store/portal-tokens.ts";
import { printJson } from "./output.ts";
import { type GlobalOptions, InputError, withContext } from "./session.ts";

async function rotate(context: Context, json: boolean): Promise<void> {
  const { db, oauth } = context;
  if (!oauth)
    throw new InputError("there is nothing to seal anew: HUBSPOT_CLIENT_ID or SECRET_KEY is not set");
  let resealed = 0;
  const portals = [...(await grantedScopes(db)).keys()];
  for (const portal of portals) {
    if (await db.transaction((tx) => resealTokens(tx, oauth.keys, portal))) resealed += 1;
  }
  const { currentId: key } = oauth.keys;
  if (json) printJson({ key, portals: portals.length, resealed });
  else
    console.log(
      `tokens of ${resealed} of ${portals.length} portals sealed anew under key ${key}: the other keys in SECRET_KEY can go once every process has restarted with this one in front`,
    );
}

/** Adds `keys …` to the command line. */
export function addKeyCommands(program: Command): void {
  const keys = program.command("keys").description("the keys in SECRET_KEY");
  keys
    .command("rotate")
    .description("seal every portal's tokens under the first key")
    .action((_options, command: Command) => {
      const { json = false } = command.optsWithGlobals<GlobalOptions>();
      return withContext((context) => rotate(context, json));
    });
}
