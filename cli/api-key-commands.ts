import type { Command } from "commander";
import { createApiKey, KEY_SCOPES, type KeyScope } from "../src/portals/api-keys.ts";
import { startRuns } from "../src/scores/publish-scores.ts";
import { listApiKeys, revokeApiKey } from "../src/store/api-keys.ts";
import { publishedScores } from "../src/store/scores.ts";
import { printJson, printTable } from "./output.ts";
import { InputError, type Session, withSession } from "./session.ts";

type CreateOptions = { readonly name: string; readonly for: string; readonly contactProperty?: string };

function readScope(text: string): KeyScope {
  const scope = KEY_SCOPES.find((known) => known === text);
  if (!scope) throw new InputError(`--for takes ${KEY_SCOPES.join(" or ")}, not ${text}`);
  return scope;
}

/** Has the property read of every contact where scores wait for events of customers' systems. */
async function readProperty({ context, portal }: Session): Promise<void> {
  const objects = new Set((await publishedScores(context.db, portal)).map((score) => score.object));
  await context.db.transaction((tx) => startRuns(tx, portal, [...objects]));
  if (objects.size > 0) await context.queue.enqueue("backfill", { portal });
}

async function create(session: Session, options: CreateOptions): Promise<void> {
  const { context, portal, json } = session;
  const { contactProperty } = options;
  const name = options.name.trim();
  if (name === "") throw new InputError("--name must say what the key is for");
  if (contactProperty !== undefined && !/^[a-z][a-z0-9_]{0,99}$/.test(contactProperty))
    throw new InputError("--contact-property takes a contact property's internal name");
  const scope = readScope(options.for);
  if (contactProperty !== undefined && scope !== "events")
    throw new InputError("--contact-property belongs to keys for events");
  const request = { name, scopes: [scope], contactProperty };
  const { keyId, key } = await createApiKey(context.db, portal, request);
  if (contactProperty !== undefined) await readProperty(session);
  if (json) return printJson({ portal, keyId, key, ...request });
  console.log(key);
  console.error("This is the only time that the key is shown: keep it where secrets are kept.");
}

async function list({ context, portal, json }: Session): Promise<void> {
  const keys = await listApiKeys(context.db, portal);
  if (json) return keys.forEach(printJson);
  printTable(
    ["KEY", "NAME", "FOR", "CONTACT PROPERTY", "LAST USED", ""],
    keys.map((key) => [
      ...[`sk_${portal}_${key.keyId}_…`, key.name, key.scopes.join(","), key.contactProperty ?? ""],
      ...[key.usedAt ?? "never", key.revokedAt === null ? "" : `revoked ${key.revokedAt}`],
    ]),
  );
}

async function revoke({ context, portal, json }: Session, given: string): Promise<void> {
  const keyId = /^(?:sk_\d+_)?([0-9a-f]{8})(?:_.*)?$/.exec(given)?.[1];
  if (keyId === undefined || !(await revokeApiKey(context.db, portal, keyId)))
    throw new InputError(`portal ${portal} has no such key in force: see \`scorekeeper portal key list\``);
  if (json) printJson({ portal, keyId, revoked: true });
  else console.log(`key ${keyId} opens nothing any more`);
}

/** Adds `portal key …` to the commands about portals. */
export function addApiKeyCommands(portal: Command): void {
  const key = portal
    .command("key")
    .description("keys with which your own systems send events to /v1/events or read /api");
  key
    .command("create")
    .description("make a key; it is shown once")
    .requiredOption("--name <text>", "what it is for")
    .option("--for <events|api>", "what it may do: send events, or read the API", "events")
    .option("--contact-property <name>", "the contact property that externalId is a value of")
    .action((options: CreateOptions, command: Command) =>
      withSession(command, (session) => create(session, options)),
    );
  key
    .command("list")
    .description("every key with its last use")
    .action((_options, command: Command) => withSession(command, list));
  key
    .command("revoke <key>")
    .description("end a key, named by its visible part")
    .action((given: string, _options, command: Command) =>
      withSession(command, (session) => revoke(session, given)),
    );
}
