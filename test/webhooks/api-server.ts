import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect } from "vitest";
import { z } from "zod";
import { createApiKey, type KeyScope } from "../../src/portals/api-keys.ts";
import type { Database } from "../../src/store/database.ts";
import { createApiRoute } from "../../webhooks/api/api-route.ts";
import type { ApiParts } from "../../webhooks/api/resource.ts";

export const PUBLIC_URL = "https://scores.example.com";

const media = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const reply = z.union([z.object({ $ref: z.string() }), z.object({ content: media })]);
const operation = z.object({
  responses: z.record(z.string(), reply),
  security: z.array(z.object({})).optional(),
});

/** As much of an OpenAPI document as the tests go by. */
const documentSchema = z.object({
  openapi: z.string().startsWith("3.1."),
  servers: z.array(z.object({ url: z.url() })),
  paths: z.record(z.string(), z.object({ get: operation })),
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    responses: z.record(z.string(), z.object({ content: media })),
  }),
});

type Document = z.infer<typeof documentSchema>;
type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** A caller of the API, each of whose answers is held against the document. */
export type ApiCaller = { get(path: string, key?: string): Promise<Answer> };

/** Objects of the document that name their fields, closed to any other. */
function closed(text: string): z.core.JSONSchema.JSONSchema {
  return JSON.parse(text, (_name, value: unknown) => {
    const namesFields = typeof value === "object" && value !== null && "required" in value;
    return namesFields ? { ...value, additionalProperties: false } : value;
  });
}

/** Returns what a value must be by a schema of the document. */
function readerOf({ components }: Document, schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas });
  return z.fromJSONSchema(closed(text.replaceAll("#/components/schemas/", "#/$defs/")));
}

/** Holds an answer against the document: its path, status, media type and body. */
function expectDocumented(document: Document, path: string, { status, headers, body }: Answer): void {
  const matches = (template: string): boolean =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const [, item] = Object.entries(document.paths).find(([template]) => matches(template)) ?? [];
  const found = item?.get.responses[String(status)];
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  const named =
    found && "$ref" in found ? document.components.responses[found.$ref.split("/").at(-1) ?? ""] : found;
  const schema = named?.content[type]?.schema;
  if (!schema) throw new Error(`the document has no ${status} ${type} of ${path}`);
  expect(readerOf(document, schema).parse(body)).toEqual(body);
}

/** Returns a caller of the service at this address; unless told otherwise it presents this key. */
export async function callerOf(origin: string, key: string | undefined): Promise<ApiCaller> {
  const asked = await fetch(`${origin}/api/openapi.json`);
  const document = documentSchema.parse(await asked.json());
  return {
    async get(path, presented = key) {
      const headers = presented === undefined ? {} : { authorization: `Bearer ${presented}` };
      const response = await fetch(origin + path, { headers });
      const answer = { status: response.status, headers: response.headers, body: await response.json() };
      expectDocumented(document, path, answer);
      return answer;
    },
  };
}

/** A server with the API, and a caller with a key of the portal. */
export type ApiServer = ApiCaller &
  AsyncDisposable & { readonly origin: string; readonly document: Document };

/** Makes a key of the portal. */
export async function keyFor(db: Database, portal: string, scope: KeyScope = "api"): Promise<string> {
  const request = { name: "test", scopes: [scope], contactProperty: undefined };
  return (await createApiKey(db, portal, request)).key;
}

/** Starts a server with the API on a free port. */
export async function startApi(parts: Omit<ApiParts, "publicUrl">, key?: string): Promise<ApiServer> {
  const server = createServer(express().use(createApiRoute({ ...parts, publicUrl: PUBLIC_URL })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${origin}/api/openapi.json`);
  const document = documentSchema.parse(await answer.json());
  return {
    ...{ origin, document, ...(await callerOf(origin, key)) },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
