import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { errorBodySchema } from "./error-body.ts";
import { HubSpotError } from "./hubspot-error.ts";
import { objectPathOf } from "./object-types.ts";
import { idSchema, instantSchema } from "./record-answer.ts";
import { type Fault, faultOfBatchError, faultOfRefusal } from "./update-faults.ts";

const batchSize = 100;

/** New values of one record; the trace id names it in HubSpot's per-record errors. */
export type RecordUpdate = {
  readonly id: string;
  readonly properties: { readonly [name: string]: string };
  readonly objectWriteTraceId: string;
};

/**
 * What became of one update: when it was written, HubSpot's instant of the record's last change (ms), if it told one; a
 * reason names codes and properties, never values.
 */
export type UpdateResult =
  | { readonly id: string; readonly outcome: "written"; readonly modifiedAt: number | null }
  | { readonly id: string; readonly outcome: "gone" }
  | { readonly id: string; readonly outcome: "refused"; readonly reason: string };

/** `written` has the instant of each, by record id and by trace id. */
type Attempt = { readonly written: ReadonlyMap<string, number | null>; readonly faults: readonly Fault[] };

const answerSchema = z.object({
  results: z.array(
    z.object({
      id: idSchema,
      objectWriteTraceId: z.string().nullish(),
      updatedAt: instantSchema.nullish().catch(null),
    }),
  ),
  errors: z.array(errorBodySchema).nullish(),
});

/**
 * Writes these values in batches of 100 and returns one result per update, in order of completion.
 * A batch refused as a whole (400, 404) is narrowed down until only the updates at fault are left out.
 * Throws `HubSpotError` for every other failure; repeating all updates is then safe.
 */
export async function updateRecords(
  client: HubSpotClient,
  object: string,
  inputs: readonly RecordUpdate[],
): Promise<UpdateResult[]> {
  const results: UpdateResult[] = [];
  for (let start = 0; start < inputs.length; start += batchSize) {
    results.push(...(await settle(client, object, inputs.slice(start, start + batchSize))));
  }
  return results;
}

async function settle(
  client: HubSpotClient,
  object: string,
  inputs: readonly RecordUpdate[],
): Promise<UpdateResult[]> {
  const attempt = await sendBatch(client, object, inputs);
  const settled: UpdateResult[] = [];
  const open: RecordUpdate[] = [];
  for (const input of inputs) {
    const result = resultOf(input, attempt);
    if (result === undefined) open.push(input);
    else settled.push(result);
  }
  if (open.length === 0) return settled;
  const [only, second] = inputs;
  if (only !== undefined && second === undefined) return [failedAlone(only, attempt.faults[0])];
  for (const part of settled.length > 0 ? [open] : halvesOf(open)) {
    settled.push(...(await settle(client, object, part)));
  }
  return settled;
}

async function sendBatch(
  client: HubSpotClient,
  object: string,
  inputs: readonly RecordUpdate[],
): Promise<Attempt> {
  try {
    const answer = await client.request({
      method: "POST",
      path: `/crm/objects/${client.version}/${objectPathOf(object)}/batch/update`,
      body: { inputs },
      answer: answerSchema,
    });
    const written = answer.results.flatMap(({ id, objectWriteTraceId, updatedAt = null }) =>
      [id, objectWriteTraceId ?? id].map((name) => [name, updatedAt] as const),
    );
    return { written: new Map(written), faults: (answer.errors ?? []).map(faultOfBatchError) };
  } catch (error) {
    if (!(error instanceof HubSpotError) || (error.status !== 400 && error.status !== 404)) throw error;
    return { written: new Map(), faults: [faultOfRefusal(error)] };
  }
}

function resultOf(input: RecordUpdate, attempt: Attempt): UpdateResult | undefined {
  const names = [input.id, input.objectWriteTraceId];
  const named = names.find((name) => attempt.written.has(name));
  if (named !== undefined)
    return { id: input.id, outcome: "written", modifiedAt: attempt.written.get(named) ?? null };
  const fault = attempt.faults.find(
    (one) =>
      names.some((name) => one.ids.includes(name)) ||
      one.properties.some((property) => Object.hasOwn(input.properties, property)),
  );
  return fault === undefined ? undefined : failureOf(input, fault);
}

function failureOf(input: RecordUpdate, fault: Fault): UpdateResult {
  if (fault.gone) return { id: input.id, outcome: "gone" };
  return { id: input.id, outcome: "refused", reason: fault.reason };
}

function failedAlone(input: RecordUpdate, fault: Fault | undefined): UpdateResult {
  if (fault === undefined) return { id: input.id, outcome: "refused", reason: "NOT_CONFIRMED" };
  return failureOf(input, fault);
}

function halvesOf(inputs: readonly RecordUpdate[]): (readonly RecordUpdate[])[] {
  const middle = Math.ceil(inputs.length / 2);
  return [inputs.slice(0, middle), inputs.slice(middle)];
}
