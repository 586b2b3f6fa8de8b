/** What a route gives back; `lines` are streamed, one a line. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly lines?: Iterable<string>;
  readonly text?: string;
};

/** Returns a 200 answer with a JSON body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** Returns a 201 answer with a JSON body. */
export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** Returns a 204 answer. */
export function noContent(): Answer {
  return { status: 204 };
}
