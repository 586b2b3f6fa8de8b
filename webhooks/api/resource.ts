import type { z } from "zod";
import type { Database } from "../../src/store/database.ts";
import type { Log } from "../ports.ts";

/** What the API works with. */
export type ApiParts = { readonly db: Database; readonly log: Log; readonly publicUrl: string };

/** Whose data is asked for, and what the path names. */
export type ApiRequest = { readonly portal: string; readonly named: (parameter: string) => string };

/** What the document says of a path: how it is named, what it answers. */
type Described<Answer extends z.ZodType = z.ZodType> = {
  /** As OpenAPI writes it, parameters in braces. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters?: { readonly [name: string]: string };
  readonly answer: Answer;
};

type Missing = { readonly code: string; readonly detail: string };

/** A path that answers callers with a key. */
export type KeyedResource = Described & {
  readonly isOpen: false;
  /** The refusal where the path names nothing that is there. */
  readonly missing?: Missing;
  /** The answer, or undefined where the path names nothing that is there. */
  readonly read: (parts: ApiParts, request: ApiRequest) => Promise<unknown>;
};

/** A path that answers everyone with the same. */
export type OpenResource = Described & {
  readonly isOpen: true;
  readonly mediaType: string;
  readonly read: (parts: ApiParts) => unknown;
};

export type Resource = KeyedResource | OpenResource;

/** Returns the resource, which answers what its schema makes of what is read. */
export function keyed<Answer extends z.ZodType>(
  resource: Described<Answer> & {
    readonly missing?: Missing;
    readonly read: (parts: ApiParts, request: ApiRequest) => Promise<z.input<Answer> | undefined>;
  },
): KeyedResource {
  const read: KeyedResource["read"] = async (parts, request) => {
    const found = await resource.read(parts, request);
    return found === undefined ? undefined : resource.answer.parse(found);
  };
  return { ...resource, isOpen: false, read };
}
