import { accountRoutes } from "./api/account-routes.ts";
import { associationRoutes } from "./api/association-routes.ts";
import { conversationRoutes } from "./api/conversation-routes.ts";
import { eventRoutes } from "./api/event-routes.ts";
import { formRoutes } from "./api/form-routes.ts";
import { listChangeRoutes } from "./api/list-change-routes.ts";
import { listRoutes } from "./api/list-routes.ts";
import { marketingEmailRoutes } from "./api/marketing-email-routes.ts";
import { objectBatchRoutes } from "./api/object-batch-routes.ts";
import { objectRoutes } from "./api/object-routes.ts";
import { propertyGroupRoutes } from "./api/property-group-routes.ts";
import { propertyRoutes } from "./api/property-routes.ts";
import { searchRoutes } from "./api/search-routes.ts";
import { appRoutes, type NewPortal } from "./apps/app-routes.ts";
import { consentRoutes } from "./apps/consent-routes.ts";
import { installRoutes } from "./apps/install-routes.ts";
import { type AppSettings, createOAuthApp, type OAuthApp } from "./apps/oauth-app.ts";
import { tokenRoutes } from "./apps/token-routes.ts";
import { type Clock, createClock } from "./clock.ts";
import { controlRoutes } from "./control/control-routes.ts";
import { indexRoute } from "./control/index-page.ts";
import { generateRecords, LIST_NAMES } from "./generator/generate-records.ts";
import { invalidRequest } from "./http/api-error.ts";
import { createTokenBook } from "./http/authentication.ts";
import { type CallLog, createCallLog } from "./http/call-log.ts";
import type { Fault } from "./http/faults.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import { createResponder } from "./http/respond.ts";
import type { Route } from "./http/route.ts";
import { createRouter } from "./http/router.ts";
import { startHttpServer } from "./http/server.ts";
import { createJournal, type Journal } from "./journal/journal.ts";
import { allowJournalCall, journalFileRoute, journalRoutes } from "./journal/journal-routes.ts";
import { createPortal, type Portal } from "./portal/portal.ts";
import { TIER_LIMITS, type Tier } from "./portal/tier.ts";
import { createSites, type PortalSite, type Sites } from "./portal-site.ts";
import { loadRecords } from "./records/load-records.ts";
import { readRecordFile } from "./records/read-record-file.ts";
import { type RecordLineInput, recordLine } from "./records/record-line.ts";
import { createWebhookApp } from "./webhooks/webhook-app.ts";
import { callbackRoutes, workflowRoutes } from "./workflows/workflow-routes.ts";
import { createWorkflowRunner } from "./workflows/workflow-runner.ts";

/** One portal: what is not named is that of the first portal's defaults. */
export type PortalOptions = {
  readonly portalId?: number | undefined;
  readonly token?: string | undefined;
  /** The edition: enterprise by default. */
  readonly tier?: Tier | undefined;
  /** Calls in rolling 10 s, in place of the edition's; 0 is no limit. */
  readonly burst?: number | undefined;
  readonly daily?: number | undefined;
  readonly timeZone?: string | undefined;
  /** A record file, records, or nothing: then records are generated. */
  readonly data?: string | readonly RecordLineInput[] | undefined;
  readonly seed?: number | undefined;
  readonly contacts?: number | undefined;
};

export type EmulatorOptions = PortalOptions & {
  readonly port?: number | undefined;
  /** Where the clock of all portals starts (ms): now by default. */
  readonly clock?: number | undefined;
  /** Further portals beside the first. */
  readonly portals?: readonly (PortalOptions & { readonly portalId: number })[] | undefined;
  readonly app?: Partial<AppSettings> | undefined;
};

export type Emulator = {
  readonly url: string;
  /** The first portal's id, static token and state. */
  readonly portalId: number;
  readonly token: string;
  readonly portal: Portal;
  readonly app: OAuthApp;
  readonly sites: Sites;
  readonly journal: Journal;
  /** Every API call received, of all portals. */
  readonly calls: CallLog;
  [Symbol.asyncDispose](): Promise<void>;
};

type Shared = {
  readonly clock: Clock;
  readonly app: OAuthApp;
  readonly journal: Journal;
  readonly calls: CallLog;
  readonly closing: AbortSignal;
  /** Pages and controls that belong to no single portal. */
  readonly common: readonly Route[];
};

const FIRST = {
  portalId: 9999,
  token: "emulator-token",
  tier: "enterprise",
  timeZone: "Europe/Amsterdam",
} as const;
const SEED = 1;
const CONTACTS = 5000;

/** Starts HubSpot portals over HTTP on the loopback address, filled with records, and returns the first of them. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const closing = new AbortController();
  const app = createOAuthApp(options.app);
  const sites = createSites();
  const common: Route[] = [];
  const clock = createClock(options.clock ?? Date.now());
  const journal = createJournal(clock);
  const shared = { clock, app, journal, calls: createCallLog(), closing: closing.signal, common };
  const addPortal = async (portal: NewPortal) => addSite(sites, shared, portal);
  const ofTokens = tokenRoutes(app, sites);
  const ofJournal = journalRoutes(journal, sites);
  const pages = [
    ...appRoutes(app, sites, addPortal),
    ...consentRoutes(app, sites),
    journalFileRoute(journal),
  ];
  common.push(...pages, ...ofTokens, ...ofJournal);
  const first = await addSite(sites, shared, options);
  for (const portal of options.portals ?? []) await addSite(sites, shared, portal);
  const respond = createResponder({
    ...{ sites, calls: shared.calls, closing: closing.signal, appRoutes: pages },
    ofAppRoutes: [...ofTokens, ...ofJournal],
    allowJournalCall: (call) => allowJournalCall(app, call),
  });
  const server = await startHttpServer(options.port ?? 0, respond);
  journal.url = server.url;
  return {
    ...{ url: server.url, app, sites, journal, calls: shared.calls },
    ...{ portalId: first.portal.id, token: first.tokens.staticToken, portal: first.portal },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      for (const { webhooks } of sites.all) await webhooks[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function addSite(sites: Sites, shared: Shared, options: PortalOptions): Promise<PortalSite> {
  const { app, clock, journal, calls, closing, common } = shared;
  const { portalId: id = FIRST.portalId, tier = FIRST.tier, timeZone = FIRST.timeZone } = options;
  if (sites.byId(String(id))) throw invalidRequest(`portal ${id} exists`);
  const portal = createPortal({ id, timeZone, clock });
  await fill(portal, options, clock.now());
  const own = sites.all.length === 0 ? FIRST.token : `${FIRST.token}-${id}`;
  const tokens = createTokenBook(options.token ?? own, app.tokens);
  const isInstalled = () => tokens.refreshTokens.size > 0 || tokens.former.size === 0;
  const webhooks = createWebhookApp(portal, isInstalled);
  const faults: Fault[] = [];
  const runner = createWorkflowRunner(portal, () => app.settings.clientSecret, closing);
  const controls = [
    ...controlRoutes({ portal, webhooks, calls, faults, closing }),
    ...workflowRoutes(portal, runner),
  ];
  const api = [...apiRoutes(portal), ...installRoutes(tokens), ...callbackRoutes(runner)];
  const limits = TIER_LIMITS[tier];
  const { burst = limits.burst, daily = limits.daily } = options;
  const site: PortalSite = {
    ...{ portal, tier, tokens, webhooks, faults, withheld: new Set<string>() },
    limiter: createRateLimiter({ burst, daily, timeZone }, clock),
    findApi: createRouter(api),
    findControl: createRouter([indexRoute([...controls, ...common, ...api]), ...controls]),
  };
  sites.add(site);
  journal.follow(site);
  return site;
}

async function fill(portal: Portal, { data, seed, contacts }: PortalOptions, origin: number): Promise<void> {
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

function apiRoutes(portal: Portal): readonly Route[] {
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
    ...formRoutes(portal),
    ...marketingEmailRoutes(portal),
    ...conversationRoutes(portal),
    ...accountRoutes(portal),
  ];
}
