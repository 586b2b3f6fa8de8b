// Writes `.env.example` from the variables that the service reads.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { envExample } from "../config/variables.ts";

writeFileSync(join(import.meta.dirname, "../.env.example"), envExample());
