import { type Logger, pino } from "pino";

export type { Logger } from "pino";

const REDACTED = [
  "authorization",
  "access_token",
  "refresh_token",
  "client_secret",
  "email",
  "propertyValue",
  "properties",
  "body",
];

/** The service's log: JSON lines; what could be personal or secret is cut out wherever it appears. */
export function createLog(level: string): Logger {
  const paths = REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: "[removed]" }, base: null });
}

/** An error as it may be logged: its name, code and message, without values or bodies. */
export function loggable(error: unknown): { name: string; code?: string; message: string } {
  if (!(error instanceof Error)) return { name: "unknown", message: "" };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { name: error.name, message: error.message, ...code };
}
