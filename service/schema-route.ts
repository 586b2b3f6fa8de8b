import express, { type Router } from "express";
import { definitionJsonSchema } from "../src/scoring/definition-schema.ts";

/** `GET /api/schema/score.json`: the JSON Schema of score definitions, for editors. */
export function schemaRoute(): Router {
  const router = express.Router();
  const schema = definitionJsonSchema();
  router.get("/api/schema/score.json", (_request, response) => {
    response
      .set("access-control-allow-origin", "*")
      .type("application/schema+json")
      .send(JSON.stringify(schema));
  });
  return router;
}
