// Writes docs/score.schema.json, the JSON Schema of score definitions, from the schema that checks them.
import { writeFileSync } from "node:fs";
import { definitionJsonSchema } from "../src/scoring/definition-schema.ts";

writeFileSync("docs/score.schema.json", `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`);
