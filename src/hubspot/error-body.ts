import { z } from "zod";
import { parseExactJson } from "./exact-json.ts";
import type { Problem } from "./hubspot-error.ts";

const texts = z.array(z.coerce.string()).optional().catch(undefined);

const contextSchema = z
  .object({
    ids: texts,
    id: texts,
    objectWriteTraceId: texts,
    propertyName: texts,
    requiredGranularScopes: texts,
  })
  .optional()
  .catch(undefined);

const text = z.string().optional().catch(undefined);

const problemSchema = z.object({
  category: text,
  code: text,
  subCategory: text,
  in: text,
  message: text,
  context: contextSchema,
});

/** The shape of an error answer of HubSpot, and of one of the `errors` of a batch answer. */
export const errorBodySchema = z.object({
  category: text,
  message: text,
  policyName: text,
  correlationId: text,
  context: contextSchema,
  errors: z.array(problemSchema).optional().catch(undefined),
});

/** An error answer of HubSpot, or one of the `errors` of a batch answer. */
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** Returns what an error answer says; an empty body where it is no JSON object. */
export function readErrorBody(body: string): ErrorBody {
  try {
    return errorBodySchema.parse(parseExactJson(body));
  } catch {
    return {};
  }
}

/** Returns the scopes of which HubSpot says any one would do. */
export function missingScopesOf(body: ErrorBody): string[] {
  const contexts = [body.context, ...(body.errors ?? []).map((error) => error.context)];
  return [...new Set(contexts.flatMap((context) => context?.requiredGranularScopes ?? []))];
}

/** Returns the faults that an error answer names, without its sentences, which may quote property values. */
export function problemsOf(body: ErrorBody): Problem[] {
  const nested = (body.errors ?? []).map((error) => ({
    code: error.code ?? error.subCategory ?? error.category ?? body.category ?? "UNKNOWN",
    properties: error.context?.propertyName ?? [],
    ids: idsOf(error.context),
  }));
  const all = [...nested, ...propertyFaultsIn(body.message)];
  if (body.context?.propertyName === undefined && idsOf(body.context).length === 0) return all;
  const own = {
    code: body.category ?? "UNKNOWN",
    properties: body.context?.propertyName ?? [],
    ids: idsOf(body.context),
  };
  return [...all, own];
}

function idsOf(context: ErrorBody["context"]): string[] {
  return [...(context?.ids ?? []), ...(context?.id ?? []), ...(context?.objectWriteTraceId ?? [])];
}

const propertyFaultSchema = z.array(z.object({ error: z.string(), name: z.string() }));

/**
 * Returns the faults that HubSpot writes as JSON into the message of a refused write
 * (`Property values were not valid: [{"error":…,"name":…}]`).
 */
function propertyFaultsIn(message: string | undefined): Problem[] {
  const start = message?.indexOf("[{") ?? -1;
  if (message === undefined || start < 0) return [];
  try {
    const faults = propertyFaultSchema.parse(JSON.parse(message.slice(start)));
    return faults.map((fault) => ({ code: fault.error, properties: [fault.name], ids: [] }));
  } catch {
    return [];
  }
}
