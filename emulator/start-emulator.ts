import { accountRoutes } from "./api/account-routes.ts";
import { associationRoutes } from "./api/association-routes.ts";
import { eventRoutes } from "./api/event-routes.ts";
import { listChangeRoutes } from "./api/list-change-routes.ts";
import { listRoutes } from "./api/list-routes.ts";
import { oauthRoutes } from "./api/oauth-routes.ts";
import { objectBatchRoutes } from "./api/object-batch-routes.ts";
import { objectRoutes } from "./api/object-routes.ts";
import { propertyGroupRoutes } from "./api/property-group-routes.ts";
import { propertyRoutes } from "./api/property-routes.ts";
import { searchRoutes } from "./api/search-routes.ts";
import { createClock } from "./clock.ts";
import { controlRoutes } from "./control/control-routes.ts";
import { indexRoute } from "./control/index-page.ts";
import { generateRecords, LIST_NAMES } from "./generator/generate-records.ts";
import { createTokenBook, type TokenBook } from "./http/authentication.ts";
import { createCallLog } from "./http/call-log.ts";
import type { Fault } from "./http/faults.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import { createResponder } from "./http/respond.ts";
import type { Route } from "./http/route.ts";
import { startHttpServer } from "./http/server.ts";
import { createPortal, type Portal } from "./portal/portal.ts";
import { loadRecords } from "./records/load-records.ts";
import { readRecordFile } from "./records/read-record-file.ts";
import { type RecordLineInput, recordLine } from "./records/record-line.ts";
import { createWebhookApp } from "./webhooks/webhook-app.ts";

export type EmulatorOptions = {
  readonly port?: number | undefined;
  readonly portalId?: number | undefined;
  readonly token?: string | undefined;
  /** Calls in rolling 10 s; 0 is no limit. */
  readonly burst?: number | undefined;
  readonly daily?: number | undefined;
  /** Where the clock starts (ms): now by default. */
  readonly clock?: number | undefined;
  readonly timeZone?: string | undefined;
  /** A record file, records, or nothing: then records are generated. */
  readonly data?: string | readonly RecordLineInput[] | undefined;
  readonly seed?: number | undefined;
  readonly contacts?: number | undefined;
};

export type Emulator = {
  readonly url: string;
  readonly portalId: number;
  readonly token: string;
  readonly portal: Portal;
  [Symbol.asyncDispose](): Promise<void>;
};

const DEFAULTS = {
  portalId: 9999,
  token: "emulator-token",
  burst: 190,
  daily: 625_000,
  timeZone: "Europe/Amsterdam",
};
const SEED = 1;
const CONTACTS = 5000;

/** Starts a HubSpot portal over HTTP on the loopback address, filled with records, and returns it. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const origin = options.clock ?? Date.now();
  const clock = createClock(origin);
  const timeZone = options.timeZone ?? DEFAULTS.timeZone;
  const portal = createPortal({ id: options.portalId ?? DEFAULTS.portalId, timeZone, clock });
  await fill(portal, options, origin);
  const token = options.token ?? DEFAULTS.token;
  const tokens = createTokenBook(token, clock);
  const closing = new AbortController();
  const webhooks = createWebhookApp(portal);
  const watched = { calls: createCallLog(), faults: [] as Fault[], closing: closing.signal };
  const controls = controlRoutes({ portal, webhooks, ...watched });
  const api = apiRoutes(portal, tokens);
  const limits = { burst: options.burst ?? DEFAULTS.burst, daily: options.daily ?? DEFAULTS.daily, timeZone };
  const respond = createResponder({
    apiRoutes: api,
    controlRoutes: [indexRoute([...controls, ...api]), ...controls],
    tokens,
    limiter: createRateLimiter(limits, clock),
    ...watched,
  });
  const server = await startHttpServer(options.port ?? 0, respond);
  return {
    url: server.url,
    portalId: portal.id,
    token,
    portal,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await webhooks[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function fill(
  portal: Portal,
  { data, seed, contacts }: EmulatorOptions,
  origin: number,
): Promise<void> {
  if (typeof data === "string") return loadRecords(portal, readRecordFile(data));
  if (data)
    return loadRecords(
      portal,
      data.map((line) => recordLine.parse(line)),
    );
  const generated = generateRecords({
    seed: seed ?? SEED,
    contacts: contacts ?? CONTACTS,
    now: origin,
  });
  return loadRecords(portal, generated, LIST_NAMES);
}

function apiRoutes(portal: Portal, tokens: TokenBook): readonly Route[] {
  return [
    ...objectBatchRoutes(portal),
    ...searchRoutes(portal),
    ...objectRoutes(portal),
    ...propertyGroupRoutes(portal),
    ...propertyRoutes(portal),
    ...associationRoutes(portal),
    ...listRoutes(portal),
    ...listChangeRoutes(portal),
    ...eventRoutes(portal),
    ...accountRoutes(portal),
    ...oauthRoutes(portal, tokens),
  ];
}
