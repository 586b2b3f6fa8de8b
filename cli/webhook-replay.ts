import { setTimeout as pause } from "node:timers/promises";
import { eventsOf, readDelivery } from "../src/hubspot/delivery.ts";
import { rehearseDeliveries } from "../src/ingestion/rehearse-deliveries.ts";
import { findDelivery, forgetNotifications, noteReplay } from "../src/store/deliveries.ts";
import { printJson } from "./output.ts";
import { InputError, type Session } from "./session.ts";
import { describeAnswer, postDelivery, signingSecret } from "./webhook-post.ts";
import { printRehearsal } from "./webhook-rehearsal.ts";
import { type Selection, type Source, selectSources } from "./webhook-selection.ts";

export type ReplayOptions = Selection & {
  readonly times: number;
  readonly shuffle?: boolean;
  /** Milliseconds between two posts. */
  readonly delay: number;
  readonly write?: boolean;
  /** Where to post instead of the running service. */
  readonly target?: string | undefined;
};

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** The order of play: every source as often as wished, in one pass after the other, or all mixed. */
function inOrder(sources: readonly Source[], { times, shuffle }: ReplayOptions): readonly Source[] {
  const passes = Array.from({ length: times }, () => sources).flat();
  return shuffle ? shuffled(passes) : passes;
}

async function bodyOf(
  { context, portal }: Session,
  source: Source,
  shuffle: boolean,
): Promise<Buffer | undefined> {
  const body =
    "body" in source ? source.body : (await findDelivery(context.db, portal, source.inboxId))?.body;
  const events = shuffle && body ? eventsOf(body) : undefined;
  return events ? Buffer.from(JSON.stringify(shuffled(events))) : body;
}

async function* playedBodies(session: Session, sources: readonly Source[], options: ReplayOptions) {
  for (const source of inOrder(sources, options)) {
    const body = await bodyOf(session, source, options.shuffle ?? false);
    if (body) yield { source, body };
  }
}

async function* rehearsedRows(session: Session, sources: readonly Source[], options: ReplayOptions) {
  for await (const { source, body } of playedBodies(session, sources, options)) {
    yield { inboxId: "inboxId" in source ? source.inboxId : "0", receivedAt: 0, body };
  }
}

async function rehearse(session: Session, sources: readonly Source[], options: ReplayOptions): Promise<void> {
  const { context, portal, json } = session;
  const { db, catalogue, clock, config } = context;
  const parts = { db, catalogue, now: () => clock.now(), appId: config.hubspot.appId };
  const result = await rehearseDeliveries(parts, portal, () => rehearsedRows(session, sources, options));
  printRehearsal(result, sources.length * options.times, json);
}

/** Sends one delivery again; what it says is forgotten first, so that the service works through it once more. */
async function replay(session: Session, source: Source, body: Buffer, target: string | undefined) {
  const { context, portal } = session;
  const { notifications = [] } = readDelivery(body, context.config.hubspot.appId) ?? {};
  const own = notifications.filter((notification) => notification.portal === portal);
  await forgetNotifications(
    context.db,
    portal,
    own.map(({ key }) => key),
  );
  const answer = await postDelivery(session, body, target);
  if ("inboxId" in source && answer.stored > 0)
    await noteReplay(context.db, portal, answer.digest, source.inboxId);
  return answer;
}

async function postAll(session: Session, sources: readonly Source[], options: ReplayOptions): Promise<void> {
  let posted = 0;
  for await (const { source, body } of playedBodies(session, sources, options)) {
    if (posted++ > 0 && options.delay > 0) await pause(options.delay);
    const answer = await replay(session, source, body, options.target);
    const { ok, words } = describeAnswer(answer);
    if (session.json) printJson({ delivery: source.name, status: answer.status, stored: answer.stored });
    else console.log(`${source.name}: ${words}`);
    if (!ok) process.exitCode = 1;
  }
}

/** Makes deliveries again: tells what they would change, or with `--write` posts them to the running service. */
export async function replayDeliveries(
  session: Session,
  ids: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  if (options.target !== undefined && !options.write)
    throw new InputError("--target posts deliveries: add --write, which lets them reach HubSpot");
  if (options.write) signingSecret(session);
  const sources = await selectSources(session, ids, options);
  if (sources.length === 0) {
    if (!session.json) console.log("no deliveries match");
    return;
  }
  if (options.write) await postAll(session, sources, options);
  else await rehearse(session, sources, options);
}
