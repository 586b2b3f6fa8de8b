import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The service's counters; no label holds a record id. */
export type Metrics = ReturnType<typeof createMetrics>;

function inboundMetrics(registers: Registry[]) {
  return {
    received: new Counter({
      name: "webhook_received_total",
      help: "Deliveries by result",
      labelNames: ["type", "result"],
      registers,
    }),
    notifications: new Counter({
      name: "notifications_total",
      help: "Notifications by kind and result",
      labelNames: ["kind", "result"],
      registers,
    }),
    ackSeconds: new Histogram({
      name: "webhook_ack_seconds",
      help: "Time to answer a delivery",
      buckets: [0.005, 0.02, 0.1, 0.5, 1, 5],
      registers,
    }),
    eventLag: new Histogram({
      name: "event_lag_seconds",
      help: "From a notification's instant to its ingestion",
      buckets: [0.1, 0.5, 1, 2, 5, 30, 300],
      registers,
    }),
    echoes: new Counter({
      name: "echo_dropped_total",
      help: "Notifications of our own writes, dropped",
      registers,
    }),
  };
}

function outboundMetrics(registers: Registry[]) {
  return {
    scored: new Counter({
      name: "records_scored_total",
      help: "Records scored by result",
      labelNames: ["result"],
      registers,
    }),
    recomputeSeconds: new Histogram({
      name: "recompute_seconds",
      help: "Time to score one chunk",
      buckets: [0.01, 0.05, 0.2, 1, 5],
      registers,
    }),
    written: new Counter({
      name: "records_written_total",
      help: "Records written by outcome",
      labelNames: ["outcome"],
      registers,
    }),
    parkedWrites: new Counter({
      name: "writes_parked_total",
      help: "Records whose writes pause because they changed too often",
      registers,
    }),
    requests: new Counter({
      name: "hubspot_requests_total",
      help: "Calls to HubSpot by status and limit",
      labelNames: ["status", "policy"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "hubspot_request_seconds",
      help: "Duration of calls to HubSpot",
      buckets: [0.05, 0.2, 1, 5, 15],
      registers,
    }),
    backlog: new Gauge({
      name: "backlog",
      help: "Rows waiting in all portals' tables",
      labelNames: ["stage"],
      registers,
    }),
    deadLetters: new Counter({
      name: "dead_letters",
      help: "Notifications that could not be used",
      registers,
    }),
  };
}

function workMetrics(registers: Registry[]) {
  return {
    setAside: new Counter({
      name: "set_aside_total",
      help: "Deliveries and records set aside because processes died of them, by stage",
      labelNames: ["stage"],
      registers,
    }),
    queueLost: new Counter({
      name: "queue_lost_total",
      help: "Times that Redis was found to have forgotten its jobs",
      registers,
    }),
    queueFull: new Gauge({
      name: "queue_full",
      help: "1 while Redis refuses jobs for want of memory",
      registers,
    }),
    jobs: new Counter({
      name: "jobs_total",
      help: "Jobs taken by this process, by stage",
      labelNames: ["stage"],
      registers,
    }),
    jobFailures: new Counter({
      name: "job_failures_total",
      help: "Failed jobs by stage",
      labelNames: ["stage"],
      registers,
    }),
  };
}

function limitMetrics(registers: Registry[]) {
  return {
    breakerOpenings: new Counter({
      name: "breaker_openings_total",
      help: "Times that repeated failures stopped a portal's calls",
      registers,
    }),
    portals: new Gauge({
      name: "portals",
      help: "Portals by status",
      labelNames: ["status"],
      registers,
    }),
    stoppedPortals: new Gauge({
      name: "stopped_portals",
      help: "Portals whose calls to HubSpot are stopped, by what stops them",
      labelNames: ["by"],
      registers,
    }),
    drifted: new Counter({
      name: "drifted_records_total",
      help: "Records whose written values someone changed in HubSpot",
      labelNames: ["action"],
      registers,
    }),
    changedProperties: new Gauge({
      name: "changed_properties",
      help: "Properties of scores that someone changed in HubSpot, by what becomes of their writes",
      labelNames: ["writes"],
      registers,
    }),
  };
}

/** A fresh set of metrics on a registry of its own. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...inboundMetrics([registry]),
    ...outboundMetrics([registry]),
    ...workMetrics([registry]),
    ...limitMetrics([registry]),
  };
}
