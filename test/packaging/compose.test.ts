import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { VARIABLES } from "../../config/variables.ts";
import { ROOT } from "./dockerfile.ts";

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
});
const composeSchema = z.object({
  services: z.object({
    web: serviceSchema,
    worker: serviceSchema,
    postgres: serviceSchema,
    redis: serviceSchema,
  }),
  volumes: z.record(z.string(), z.unknown()),
});

const text = readFileSync(join(ROOT, "compose.yaml"), "utf8");
const { services, volumes } = composeSchema.parse(parse(text, { merge: true }));
const { web, worker, postgres, redis } = services;

test("web and worker are one image in two roles, and wait for healthy servers", () => {
  for (const [role, service] of Object.entries({ web, worker })) {
    expect(service.build).toBe(".");
    expect(service.command).toEqual(["node", "service/main.ts", "--role", role]);
    expect(service.depends_on).toEqual({
      postgres: { condition: "service_healthy" },
      redis: { condition: "service_healthy" },
    });
    expect(service).toMatchObject({ read_only: true, init: true });
  }
  expect(web.ports).toHaveLength(1);
  expect(worker.ports).toBeUndefined();
});

test("they get every variable but those of other set-ups, and know no other", () => {
  const elsewhere = ["DATA_DIR", "CLOCK_URL"];
  const expected = Object.keys(VARIABLES).filter((name) => !elsewhere.includes(name));
  for (const service of [web, worker])
    expect(Object.keys(service.environment ?? {}).toSorted()).toEqual(expected.toSorted());
});

test("no secret stands in the file, and a needed one that is not set stops the start", () => {
  expect(web.environment?.["HUBSPOT_CLIENT_SECRET"]).toMatch(/^\$\{HUBSPOT_CLIENT_SECRET:\?[^}]+\}$/);
  for (const name of ["HUBSPOT_ACCESS_TOKEN", "SECRET_KEY", "METRICS_TOKEN"])
    expect(web.environment?.[name]).toBe(`\${${name}:-}`);
  expect(postgres.environment?.["POSTGRES_PASSWORD"]).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
  expect(web.environment?.["DATABASE_URL"]).toMatch(
    /^postgres:\/\/scorekeeper:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres:5432\/scorekeeper$/,
  );
});

test("Redis appends to a file and never evicts; both servers keep their data in volumes and are asked for health", () => {
  expect(redis.command?.join(" ")).toBe("redis-server --appendonly yes --maxmemory-policy noeviction");
  expect(web.environment?.["REDIS_URL"]).toBe("redis://redis:6379");
  expect(redis.image).toMatch(/^redis:8/);
  expect(postgres.image).toMatch(/^postgres:18/);
  expect(postgres.volumes).toEqual(["postgres-data:/var/lib/postgresql"]);
  expect(redis.volumes).toEqual(["redis-data:/data"]);
  expect(Object.keys(volumes)).toEqual(["postgres-data", "redis-data"]);
  for (const server of [postgres, redis]) expect(server.healthcheck?.test[0]).toBe("CMD");
});
