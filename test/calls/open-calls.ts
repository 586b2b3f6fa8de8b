import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/start-emulator.ts";
import type { BreakerChange } from "../../src/call-stops.ts";
import { getAccount } from "../../src/hubspot/account.ts";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { createPortalClients } from "../../src/portal-clients.ts";
import type { Database } from "../../src/store/database.ts";
import { savePortal } from "../../src/store/portals.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** An emulated account, and clients of two processes that share its limits through one database. */
export type Calls = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly id: string;
  readonly db: Database;
  readonly clock: { now(): number };
  readonly clients: readonly [HubSpotClient, HubSpotClient];
  readonly changes: readonly BreakerChange[];
  /** Asks a path under `/__`. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** How many calls the account has received. */
  received(): Promise<number>;
};

const TIME_ZONE = "America/New_York";

/** Starts an account with no records. */
export async function openCalls(options: EmulatorOptions = {}): Promise<Calls> {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await createTestDatabase());
  const emulator = stack.use(
    await startEmulator({ data: [], burst: 1_000, timeZone: TIME_ZONE, ...options }),
  );
  const id = String(emulator.portalId);
  await savePortal(db, id, TIME_ZONE);
  const changes: BreakerChange[] = [];
  const { clock } = emulator.portal;
  const processClient = () =>
    createPortalClients({
      config: {
        ...{ apiUrl: emulator.url, appUrl: emulator.url, apiVersion: "2026-09", appId: undefined },
        ...{ clientId: undefined, clientSecrets: [], single: { portal: id, token: emulator.token } },
      },
      ...{ db, clock, onCall: () => undefined },
      onBreaker: (_portal, change) => void changes.push(change),
    }).clientFor(id);
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(emulator.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const received = async () => {
    const { lastSeq } = (await control("GET", "/__calls?after=1000000")) as { lastSeq: number };
    return lastSeq;
  };
  const opened = stack.move();
  return {
    ...{ emulator, id, db, clock, changes, control, received },
    clients: [processClient(), processClient()],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes one call; returns `ok` or the code of its failure. */
export async function callOnce(client: HubSpotClient): Promise<string> {
  return getAccount(client).then(
    () => "ok",
    (error: { code: string }) => error.code,
  );
}
