import type { Command } from "commander";
import { printJson } from "./output.ts";
import { InputError, type Session, withSession } from "./session.ts";
import { inventEvent } from "./webhook-event.ts";
import { listDeliveries, showDelivery } from "./webhook-inbox.ts";
import { describeAnswer, postDelivery, readTarget } from "./webhook-post.ts";
import { type ReplayOptions, replayDeliveries } from "./webhook-replay.ts";
import { readSince } from "./webhook-selection.ts";

/** Returns a reader of an option's whole number between two bounds. */
function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InputError(`${option} takes a whole number from ${least} to ${most}, not ${text}`);
  };
}

type TriggerOptions = { readonly set: readonly string[]; readonly object?: string; readonly target?: string };

async function trigger(session: Session, type: string, options: TriggerOptions): Promise<void> {
  const { context, portal, json } = session;
  const target = readTarget(options.target);
  const wishes = { type, portal, appId: context.config.hubspot.appId, now: context.clock.now() };
  const event = inventEvent({ ...wishes, object: options.object, set: options.set });
  const answer = await postDelivery(session, Buffer.from(JSON.stringify([event])), target);
  const { ok, words } = describeAnswer(answer);
  if (json) printJson({ type, status: answer.status, stored: answer.stored });
  else console.log(`${type}: ${words}`);
  if (!ok) process.exitCode = 1;
}

type ListFlags = { readonly limit: number; readonly failed?: boolean; readonly since?: string };

function addReading(webhook: Command): void {
  webhook
    .command("list")
    .description("the deliveries kept, newest first")
    .option("--limit <number>", "how many", wholeNumber("--limit", 1, 10_000), 20)
    .option("--failed", "only those with events that could not be used")
    .option("--since <iso>", "only those received since")
    .action(({ since, ...flags }: ListFlags, command: Command) => {
      const from = since === undefined ? {} : { since: readSince(since) };
      return withSession(command, (session) => listDeliveries(session, { ...flags, ...from }));
    });
  webhook
    .command("show <id>")
    .description("a delivery: its events as they came, and what could not be used")
    .action((id: string, _options, command: Command) =>
      withSession(command, (session) => showDelivery(session, id)),
    );
}

function addReplay(webhook: Command): void {
  webhook
    .command("replay [ids...]")
    .description("make deliveries again: tells what they would change, or with --write sends them")
    .option("--failed", "those with events that could not be used")
    .option("--since <iso>", "those received since")
    .option("--file <file>", "events of a file: a JSON array, or one event a line")
    .option("--times <number>", "how often", wholeNumber("--times", 1, 1_000), 1)
    .option("--shuffle", "mix the deliveries, and the events within each")
    .option("--delay <ms>", "pause between two posts", wholeNumber("--delay", 0, 3_600_000), 0)
    .option("--write", "post them, freshly signed, to the running service, which writes to HubSpot")
    .option("--target <url>", "post them there (signed for PUBLIC_URL all the same)")
    .action((ids: string[], { target, ...options }: ReplayOptions, command: Command) => {
      const address = readTarget(target);
      return withSession(command, (session) =>
        replayDeliveries(session, ids, { ...options, target: address }),
      );
    });
}

function addTrigger(webhook: Command): void {
  const collect = (setting: string, before: string[]): string[] => [...before, setting];
  webhook
    .command("trigger <type>")
    .description("send a notification as HubSpot would, as in contact.propertyChange")
    .option("--set <name=value>", "a field of it, as in propertyName=jobtitle; may be repeated", collect, [])
    .option("--object <id>", "the record that it is about")
    .option("--target <url>", "post it there (signed for PUBLIC_URL all the same)")
    .action((type: string, options: TriggerOptions, command: Command) =>
      withSession(command, (session) => trigger(session, type, options)),
    );
}

/** Adds `webhook …` to the command line. */
export function addWebhookCommands(program: Command): void {
  const webhook = program.command("webhook").description("look at deliveries and send them again");
  addReading(webhook);
  addReplay(webhook);
  addTrigger(webhook);
}
