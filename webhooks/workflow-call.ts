import { z } from "zod";
import { readScore } from "../src/actions/action-inputs.ts";
import type { ActionName } from "../src/actions/actions.ts";
import type { ActionCall } from "../src/actions/run-action.ts";
import type { OptionQuery } from "../src/actions/score-options.ts";
import { parseExactJson } from "../src/hubspot/exact-json.ts";
import { objectNameOf } from "../src/hubspot/object-types.ts";
import { checkSignature } from "../src/hubspot/signature.ts";
import { isStorable } from "../src/store/storable-json.ts";
import type { CallRules, ReceivedCall } from "./card-request.ts";

const idSchema = z
  .union([z.string(), z.int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
const storableSchema = z.string().refine(isStorable);
const originSchema = z.object({ portalId: idSchema });

/** `inputFields` is what HubSpot documents; its samples of functions show the same as `fields`. */
const executionSchema = z.object({
  callbackId: storableSchema.min(1).max(250),
  origin: originSchema,
  context: z.object({ source: storableSchema.nullish(), workflowId: idSchema.nullish() }).nullish(),
  object: z.object({ objectId: idSchema, objectType: storableSchema.min(1).max(50).transform(objectNameOf) }),
  inputFields: z.record(z.string(), z.unknown()).nullish(),
  fields: z.record(z.string(), z.object({ value: z.unknown() })).nullish(),
});

const optionsSchema = z.object({
  origin: originSchema,
  objectTypeId: z.string().min(1).max(50).transform(objectNameOf),
  fetchOptions: z.object({ q: z.string().nullish(), after: z.string().nullish() }).nullish(),
});

/** What a workflow's call says, and the portal that it is from. */
export type FromPortal<Said> = { readonly portal: string; readonly said: Said };

/** Returns whether HubSpot signed a call: v3 where it was sent, else v2, which its workflows use. */
export function isSigned(call: ReceivedCall, { publicUrl, secrets, now }: CallRules): boolean {
  const uri = publicUrl.replace(/\/+$/, "") + call.url;
  return checkSignature({ ...call, uri }, { secrets, now, fallback: "v2" }).ok;
}

function readJson(body: Buffer): unknown {
  try {
    return parseExactJson(body.toString());
  } catch {
    return undefined;
  }
}

function inputsOf({ inputFields, fields }: z.infer<typeof executionSchema>): { [name: string]: unknown } {
  if (inputFields) return inputFields;
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, { value }]) => [name, value]));
}

function askedBy({ context }: z.infer<typeof executionSchema>): string {
  const source = context?.source?.toLowerCase() ?? "workflows";
  return context?.workflowId ? `workflow ${context.workflowId}` : source.slice(0, 50);
}

/** Returns the execution that a body asks for, or undefined where HubSpot never sends such. */
export function readExecution(body: Buffer, action: ActionName): FromPortal<ActionCall> | undefined {
  const parsed = executionSchema.safeParse(readJson(body));
  if (!parsed.success) return undefined;
  const { callbackId, origin, object } = parsed.data;
  const inputs = inputsOf(parsed.data);
  const record = { object: object.objectType, id: object.objectId };
  const said = { callbackId, action, ...record, score: readScore(inputs), inputs, by: askedBy(parsed.data) };
  return { portal: origin.portalId, said };
}

/** Returns the choices that a body asks for, or undefined where HubSpot never sends such. */
export function readOptionQuery(
  body: Buffer,
): FromPortal<Pick<OptionQuery, "object" | "q" | "after">> | undefined {
  const parsed = optionsSchema.safeParse(readJson(body));
  if (!parsed.success) return undefined;
  const { origin, objectTypeId: object, fetchOptions } = parsed.data;
  const said = { object, q: fetchOptions?.q ?? "", after: fetchOptions?.after ?? undefined };
  return { portal: origin.portalId, said };
}
