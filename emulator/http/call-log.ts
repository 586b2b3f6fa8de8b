/** One API call that the emulator received; `at` is real time (ms). */
export type Call = {
  readonly seq: number;
  readonly at: number;
  /** The portal whose token the call carried. */
  readonly portal: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly ids: readonly string[];
  readonly properties: readonly string[];
  status: number;
};

export type CallLog = { calls: Call[]; lastSeq: number };

/** Returns an empty log of API calls. */
export function createCallLog(): CallLog {
  return { calls: [], lastSeq: 0 };
}

/** Logs a call and returns its entry, whose status is filled in when it is answered. */
export function logCall(
  log: CallLog,
  request: { method: string; url: URL; body: unknown; portal: number | undefined },
): Call {
  log.lastSeq += 1;
  const named: Named = { ids: new Set(), properties: new Set() };
  nameInPath(request.url, named);
  nameInBody(request.body, named);
  const call: Call = {
    seq: log.lastSeq,
    at: Date.now(),
    portal: request.portal,
    method: request.method,
    path: request.url.pathname,
    query: request.url.search.slice(1),
    ids: [...named.ids],
    properties: [...named.properties],
    status: 0,
  };
  log.calls.push(call);
  return call;
}

type Named = { readonly ids: Set<string>; readonly properties: Set<string> };

const ID_KEYS = new Set(["id", "objectId", "recordId", "primaryObjectId", "objectIdToMerge"]);
const RECORD_PATHS = [
  /^\/crm\/objects\/[^/]+\/[^/]+\/([^/]+)$/,
  /^\/crm\/objects\/[^/]+\/[^/]+\/([^/]+)\/associations\/[^/]+(?:\/([^/]+))?$/,
  /^\/crm\/objects\/[^/]+\/[^/]+\/([^/]+)\/associations\/default\/[^/]+\/([^/]+)$/,
  /^\/crm\/lists\/[^/]+\/records\/[^/]+\/([^/]+)\/memberships/,
];
const ACTIONS = new Set(["search", "merge", "gdpr-delete", "batch"]);

function nameInPath(url: URL, named: Named): void {
  for (const pattern of RECORD_PATHS) {
    for (const id of pattern.exec(url.pathname)?.slice(1) ?? [])
      if (id && !ACTIONS.has(id)) named.ids.add(id);
  }
  const objectId = url.searchParams.get("objectId");
  if (objectId !== null) named.ids.add(objectId);
}

function nameInBody(value: unknown, named: Named): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, held] of Object.entries(value)) {
    if (ID_KEYS.has(key) && (typeof held === "string" || typeof held === "number"))
      named.ids.add(String(held));
    else if (key === "properties" && !Array.isArray(held)) nameProperties(held, named);
    else if (typeof held === "object") nameInBody(held, named);
  }
  nameFilteredIds(value, named);
}

function nameProperties(properties: unknown, named: Named): void {
  for (const name of Object.keys(properties ?? {})) named.properties.add(name);
}

function nameFilteredIds(value: object, named: Named): void {
  const filter = new Map<string, unknown>(Object.entries(value));
  if (filter.get("propertyName") !== "hs_object_id" || !["EQ", "IN"].includes(String(filter.get("operator"))))
    return;
  for (const id of [filter.get("value"), filter.get("values")].flat())
    if (typeof id === "string") named.ids.add(id);
}
