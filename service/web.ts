import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import express, { type ErrorRequestHandler, type Request } from "express";
import helmet from "helmet";
import type { Role } from "../config/config.ts";
import type { Context } from "../src/context.ts";
import { loggable } from "../src/log.ts";
import { storeDeliveries } from "../src/store/inbox.ts";
import { createApiRoute } from "../webhooks/api/api-route.ts";
import { createCardRoute } from "../webhooks/card-route.ts";
import { createInstallRoute } from "../webhooks/install-route.ts";
import { createNotificationRoute } from "../webhooks/notification-route.ts";
import { createOwnEventsRoute } from "../webhooks/own-events-route.ts";
import { createWorkflowRoute } from "../webhooks/workflow-route.ts";
import { readiness } from "./health.ts";
import { receiverMetrics } from "./receiver-metrics.ts";

export type WebOptions = {
  readonly role: Role;
  readonly port: number;
  readonly host?: string;
  /** What `/` answers, where it answers anything. */
  readonly statusPage?: express.Router;
};

export type Web = AsyncDisposable & { readonly port: number };

const DRAIN_MS = 5_000;
/** How long a stopping server still takes requests, so that whoever asks /readyz learns to send no more. */
const NOTICE_MS = 500;

function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress ?? "";
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function maySeeMetrics(request: Request, token: string | undefined): boolean {
  if (token === undefined) return isLoopback(request);
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return isLoopback(request) || (given !== undefined && timingSafeEqual(digest(given), digest(token)));
}

function operationRoutes(context: Context, role: Role, isStopping: () => boolean): express.Router {
  const router = express.Router();
  router.get("/healthz", (_request, response) => void response.json({ status: "ok" }));
  router.get("/readyz", async (_request, response) => {
    const { status, body } = await readiness(context, role, isStopping());
    response.status(status).json(body);
  });
  router.get("/metrics", async (request, response) => {
    if (!maySeeMetrics(request, context.config.metricsToken))
      return void response.status(401).json({ error: "METRICS_TOKEN is needed from other machines" });
    response.type(context.metrics.registry.contentType).send(await context.metrics.registry.metrics());
  });
  return router;
}

function receiver(context: Context): express.Router {
  const { config, queue, clock, db, log } = context;
  return createNotificationRoute({
    inbox: { store: (deliveries) => storeDeliveries(db, deliveries) },
    queue,
    clock,
    publicUrl: config.publicUrl,
    secrets: config.hubspot.clientSecrets,
    ...(config.hubspot.appId !== undefined && { appId: config.hubspot.appId }),
    log,
    metrics: receiverMetrics(context.metrics),
  });
}

/** What HubSpot's pages and workflows and customers' systems call. */
function calledRoutes({ config, ...context }: Context): express.Router[] {
  const { publicUrl, hubspot } = config;
  const parts = { ...context, publicUrl, secrets: hubspot.clientSecrets };
  return [
    createCardRoute(parts),
    createWorkflowRoute(parts),
    createOwnEventsRoute(parts),
    createApiRoute(parts),
  ];
}

/** The way in for accounts that install the app, where the configuration allows it. */
function installRoutes({ config, db, log, oauth }: Context): express.Router[] {
  if (!oauth) return [];
  const { publicUrl, hubspot, secretKeys } = config;
  return [createInstallRoute({ oauth, db, log, publicUrl, secretKeys, appUrl: hubspot.appUrl })];
}

function createApp(context: Context, options: WebOptions, isStopping: () => boolean): express.Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(helmet());
  app.use(operationRoutes(context, options.role, isStopping));
  if (options.role !== "worker") app.use(receiver(context), ...calledRoutes(context));
  if (options.role !== "worker") for (const route of installRoutes(context)) app.use(route);
  if (options.statusPage) app.use(options.statusPage);
  app.use((_request, response) => void response.status(404).json({ error: "not found" }));
  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    context.log.error({ error: loggable(error) }, "a request failed");
    if (response.headersSent) next(error);
    else response.status(500).json({ error: "internal error" });
  };
  app.use(onError);
  return app;
}

async function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE" ? new Error(`port ${port} is in use: set PORT to a free one`) : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return address.port;
}

/** Lets requests under way end, refusing new connections; cuts what is left after the deadline. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(late);
}

/** Starts the HTTP half (a worker's answers operators only); disposing it drains requests, readiness failing first. */
export async function startWeb(context: Context, options: WebOptions): Promise<Web> {
  let isStopping = false;
  const server = createServer(createApp(context, options, () => isStopping));
  const port = await listen(server, options.port, options.host);
  return {
    port,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await pause(NOTICE_MS);
      await drain(server);
    },
  };
}
