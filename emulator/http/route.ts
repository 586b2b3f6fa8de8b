import { z } from "zod";
import type { Answer } from "./answer.ts";
import { invalidRequest } from "./api-error.ts";

export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly params: ReadonlyMap<string, string>;
  readonly body: unknown;
};

/** A path may hold `:name` segments; `:version` takes a dated API version only. */
export type Route = {
  readonly method: string;
  readonly path: string;
  readonly handle: (request: ApiRequest) => Answer | Promise<Answer>;
};

/** Returns a path parameter of the route that was met. */
export function param(request: ApiRequest, name: string): string {
  const value = request.params.get(name);
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** Returns a body parsed by a schema; a body that does not fit is a 400 in HubSpot's shape. */
export function parseBody<T>(request: ApiRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => ({ message: issue.message, in: issue.path.join(".") }));
  throw invalidRequest(
    `Invalid input JSON: ${details.map((one) => `${one.in}: ${one.message}`).join("; ")}`,
    details,
  );
}

/** Returns a whole-number query parameter within bounds, or its default. */
export function pageLimit(request: ApiRequest, standard: number, largest: number): number {
  const text = request.query.get("limit");
  if (text === null) return standard;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > largest) {
    throw invalidRequest(`Invalid limit ${text}: it must be between 1 and ${largest}`);
  }
  return limit;
}

/** Returns the values of a query parameter given several times or as a list with commas. */
export function listParam(request: ApiRequest, name: string): readonly string[] {
  return request.query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");
}

/** An id as text; HubSpot takes numbers too. */
export const idText = z.union([z.string().min(1), z.number().transform(String)]);
