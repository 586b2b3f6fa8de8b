import { join } from "node:path";
import express, { type Router } from "express";
import type { Context } from "../src/context.ts";
import { readStatus } from "./status-data.ts";

const ASSETS = join(import.meta.dirname, "status");

/** The page at `/` that shows a demo portal at work, and the data it asks for. For 127.0.0.1 only: it has no sign-in. */
export function statusPage(context: Context, portal: string): Router {
  const router = express.Router();
  router.get("/status.json", async (_request, response) => {
    response.set("cache-control", "no-store").json(await readStatus(context, portal));
  });
  router.use(express.static(ASSETS, { index: "index.html" }));
  return router;
}

/** The page at `/` without any data: the service's face until it is asked by someone it knows. */
export function plainPage(): Router {
  const router = express.Router();
  router.get(
    "/",
    (_request, response) =>
      void response.type("text").send("Scorekeeper is running. Operators: /readyz, /metrics.\n"),
  );
  return router;
}
