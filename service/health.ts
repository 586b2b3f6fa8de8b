import type { Role } from "../config/config.ts";
import type { Context } from "../src/context.ts";

export type Health = {
  readonly status: number;
  readonly body: { readonly status: "ready" | "degraded" | "unready"; readonly reasons: readonly string[] };
};

const ANSWER_MS = 2_000;

async function databaseAnswers(context: Context): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), ANSWER_MS).unref());
  const answer = context.db.query("select 1").then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]);
}

/**
 * Whether this process can do its work, with the reasons where not. A receiver without its queue still takes
 * deliveries in (degraded, 200); a worker without it stands still (503).
 */
export async function readiness(context: Context, role: Role, isStopping: boolean): Promise<Health> {
  const [hasDatabase, hasQueue] = await Promise.all([databaseAnswers(context), context.queue.isHealthy()]);
  const queueName = context.queue.kind === "redis" ? "redis" : "queue";
  const reasons = [
    ...(isStopping ? ["shutting down"] : []),
    ...(hasDatabase ? [] : ["database"]),
    ...(hasQueue ? [] : [queueName]),
  ];
  const isUnready = isStopping || !hasDatabase || (!hasQueue && role === "worker");
  if (isUnready) return { status: 503, body: { status: "unready", reasons } };
  return { status: 200, body: { status: reasons.length > 0 ? "degraded" : "ready", reasons } };
}
