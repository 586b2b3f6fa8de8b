import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { objectPathOf } from "./object-types.ts";
import { idSchema, nextAfter, pagingSchema } from "./record-answer.ts";

const batchSize = 1_000;

const typeSchema = z.object({ category: z.string(), typeId: z.number(), label: z.string().nullish() });

const answerSchema = z.object({
  results: z.array(
    z.object({
      from: z.object({ id: idSchema }),
      to: z.array(z.object({ toObjectId: idSchema, associationTypes: z.array(typeSchema) })),
      paging: pagingSchema,
    }),
  ),
});

/** A record that another is associated with, and the labels of the association (none where it is plain). */
export type Association = {
  readonly fromId: string;
  readonly toId: string;
  readonly labels: readonly string[];
};

type Input = { readonly id: string; readonly after?: string };

/** Returns every association of these records with records of the other type, all pages, 1,000 records a call. */
export async function readAssociations(
  client: HubSpotClient,
  fromObject: string,
  toObject: string,
  ids: readonly string[],
): Promise<Association[]> {
  const associations: Association[] = [];
  let open: Input[] = [...new Set(ids)].map((id) => ({ id }));
  while (open.length > 0) {
    const { results } = await client.request({
      method: "POST",
      path: `/crm/associations/${client.version}/${objectPathOf(fromObject)}/${objectPathOf(toObject)}/batch/read`,
      kind: "association",
      body: { inputs: open.slice(0, batchSize) },
      answer: answerSchema,
    });
    associations.push(...results.flatMap(associationsOf));
    open = [...open.slice(batchSize), ...results.flatMap(nextInput)];
  }
  return associations;
}

type Result = z.infer<typeof answerSchema>["results"][number];

function associationsOf(result: Result): Association[] {
  return result.to.map((to) => ({
    fromId: result.from.id,
    toId: to.toObjectId,
    labels: to.associationTypes.flatMap((type) => type.label ?? []),
  }));
}

function nextInput(result: Result): Input[] {
  const after = nextAfter(result.paging);
  return after === undefined ? [] : [{ id: result.from.id, after }];
}
