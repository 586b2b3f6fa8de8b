import { z } from "zod";
import { backfillSchema } from "../../src/api/backfill-answer.ts";
import { scoreSchema } from "../../src/api/score-answer.ts";
import { problemSchema } from "../problem.ts";
import type { Resource } from "./resource.ts";

type Json = { readonly [name: string]: unknown };

/** What the document names; every other schema stands where it is used. */
const NAMED = { Score: scoreSchema, Backfill: backfillSchema, Problem: problemSchema };

const refTo = (name: string): string => `#/components/schemas/${name}`;

/** Zod writes out how it checks dates and whole numbers; the format and the type say the same. */
const SETTINGS = {
  io: "input",
  uri: refTo,
  override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
    if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

/** The schemas by name, those of `NAMED` and one for each answer, which refer to the former. */
function schemasOf(resources: readonly Resource[]): ReadonlyMap<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  for (const { id, answer } of resources) registry.add(answer, { id });
  const { schemas } = z.toJSONSchema(registry, SETTINGS);
  return new Map(Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]));
}

function problem(description: string): Json {
  return { description, content: { "application/problem+json": { schema: { $ref: refTo("Problem") } } } };
}

const REFUSALS = {
  BadKey: problem("No key in force was presented."),
  WrongKey: problem("The key is for something else, or its account is no longer connected."),
  TooManyCalls: problem("More than 100 requests at once, or 20 a second in the long run."),
  Unavailable: problem("The answer could not be read; try again."),
};

const refusalOf = (name: keyof typeof REFUSALS): Json => ({ $ref: `#/components/responses/${name}` });

function refusalsOf(resource: Resource): Json {
  if (resource.isOpen) return {};
  return {
    ...{ 401: refusalOf("BadKey"), 403: refusalOf("WrongKey") },
    ...(resource.missing !== undefined && {
      404: problem(`${resource.missing.code}: ${resource.missing.detail}.`),
    }),
    ...{ 429: refusalOf("TooManyCalls"), 503: refusalOf("Unavailable") },
  };
}

function operationOf(resource: Resource, schema: Json): Json {
  const { id, summary, parameters = {}, isOpen } = resource;
  const mediaType = isOpen ? resource.mediaType : "application/json";
  return {
    operationId: id,
    summary,
    ...(isOpen && { security: [] }),
    parameters: Object.entries(parameters).map(([name, description]) => ({
      ...{ name, in: "path", required: true, description, schema: { type: "string" } },
    })),
    responses: {
      200: { description: summary, content: { [mediaType]: { schema } } },
      ...refusalsOf(resource),
    },
  };
}

/** Returns the OpenAPI 3.1 document of these resources, served under a public address. */
export function openApiDocument(resources: readonly Resource[], publicUrl: string): Json {
  const schemas = schemasOf(resources);
  const paths = resources.map(
    (resource) => [resource.path, { get: operationOf(resource, schemas.get(resource.id) ?? {}) }] as const,
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Scorekeeper",
      version: "1",
      description:
        "Scores of one HubSpot account and how far their back-fills are. The key decides the account.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    security: [{ key: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        key: {
          ...{ type: "http", scheme: "bearer" },
          description: "A key made with `scorekeeper portal key create --name … --for api`.",
        },
      },
      schemas: Object.fromEntries(Object.keys(NAMED).map((name) => [name, schemas.get(name)])),
      responses: REFUSALS,
    },
  };
}
