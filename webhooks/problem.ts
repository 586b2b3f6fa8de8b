import { z } from "zod";

/** A refusal as RFC 9457 has it; `code` is what programs go by. */
export const problemSchema = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().describe("What programs go by."),
    detail: z.string().exactOptional(),
  })
  .describe("A refusal, as RFC 9457 has it.");

export type Problem = Readonly<z.infer<typeof problemSchema>>;

const TITLES: { readonly [status: number]: string } = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** Returns a problem of this status and code, with what the caller may know of it. */
export function problemOf(status: number, code: string, detail?: string): Problem {
  const title = TITLES[status] ?? "Error";
  return { type: "about:blank", title, status, code, ...(detail !== undefined && { detail }) };
}
