import { readInstant } from "../src/scoring/instant.ts";
import { deliveryIds, knownDeliveries } from "../src/store/deliveries.ts";
import { InputError, type Session } from "./session.ts";
import { readEventFile } from "./webhook-file.ts";
import { readDeliveryId } from "./webhook-inbox.ts";

/** Which deliveries are meant, other than by their ids; `since` an ISO date-time. */
export type Selection = { readonly failed?: boolean; readonly since?: string; readonly file?: string };

/** A delivery to be made again: a stored one by its id, read when its turn comes, or one of a file. */
export type Source = { readonly name: string } & ({ readonly inboxId: string } | { readonly body: Buffer });

/** Returns the instant (ms) of `--since`. @throws InputError where it is none. */
export function readSince(text: string): number {
  const since = readInstant(text);
  if (since === null) throw new InputError(`--since takes an ISO date or date-time, not ${text}`);
  return since;
}

function checkSelection(ids: readonly string[], { failed, since, file }: Selection): void {
  const ways = [ids.length > 0, failed === true || since !== undefined, file !== undefined];
  if (ways.filter(Boolean).length !== 1)
    throw new InputError("name what to replay: ids, --failed and --since, or --file FILE, one of these ways");
}

async function namedIds({ context, portal }: Session, ids: readonly string[]): Promise<readonly string[]> {
  const wanted = ids.map(readDeliveryId);
  const known = await knownDeliveries(context.db, portal, wanted);
  const missing = wanted.filter((id) => !known.has(String(BigInt(id))));
  if (missing.length > 0)
    throw new InputError(
      `portal ${portal} has no delivery ${missing.join(", ")}: \`scorekeeper webhook list\` shows them`,
    );
  return wanted;
}

/**
 * Returns the deliveries that ids or options name, oldest first.
 * @throws InputError where nothing, or no one thing, is named, or one of the ids is unknown.
 */
export async function selectSources(
  session: Session,
  ids: readonly string[],
  selection: Selection,
): Promise<Source[]> {
  checkSelection(ids, selection);
  const { file, failed, since } = selection;
  if (file !== undefined) {
    const bodies = await readEventFile(file, session.portal);
    return bodies.map((body, index) => ({ name: `${file}#${index + 1}`, body }));
  }
  const filter = { ...(failed && { failed }), ...(since !== undefined && { since: readSince(since) }) };
  const chosen =
    ids.length > 0
      ? await namedIds(session, ids)
      : await deliveryIds(session.context.db, session.portal, filter);
  return chosen.map((inboxId) => ({ name: inboxId, inboxId }));
}
