import { z } from "zod";
import { definitionJsonSchema } from "../../src/scoring/definition-schema.ts";
import { openApiDocument } from "./openapi-document.ts";
import type { OpenResource, Resource } from "./resource.ts";

const anyObject = z.record(z.string(), z.unknown());

const SCORE_SCHEMA: OpenResource = {
  path: "/api/schema/score.json",
  id: "getScoreSchema",
  summary: "The JSON Schema of score definitions, for editors",
  answer: anyObject.describe("A JSON Schema, draft 2020-12."),
  isOpen: true,
  mediaType: "application/schema+json",
  read: () => definitionJsonSchema(),
};

/** Returns what the API tells of itself: its document, which names these resources too, and the format of scores. */
export function documentResources(others: readonly Resource[]): Resource[] {
  const document: OpenResource = {
    path: "/api/openapi.json",
    id: "getDocument",
    summary: "This document",
    answer: anyObject.describe("An OpenAPI 3.1 document."),
    isOpen: true,
    mediaType: "application/json",
    read: ({ publicUrl }) => openApiDocument([...others, SCORE_SCHEMA, document], publicUrl),
  };
  return [SCORE_SCHEMA, document];
}
