import { objectNameOf } from "./object-types.ts";

type Call = { readonly method: string; readonly path: string };
type Naming = { readonly path: RegExp; readonly name: (object: string, isWrite: boolean) => string };

const always = (name: string) => (): string => name;

const NAMINGS: readonly Naming[] = [
  {
    path: /^\/crm\/objects\/[^/]+\/([^/]+)/,
    name: (object, isWrite) => `${object} ${isWrite ? "updates" : "records"}`,
  },
  {
    path: /^\/crm\/properties\/[^/]+\/([^/]+)/,
    name: (object, isWrite) => `${object} property ${isWrite ? "changes" : "definitions"}`,
  },
  { path: /^\/crm\/associations\/[^/]+\/([^/]+)/, name: (object) => `${object} associations` },
  { path: /^\/crm\/lists\//, name: always("lists") },
  { path: /^\/crm\/owners\//, name: always("owners") },
  { path: /^\/events\/event-occurrences\//, name: always("event occurrences") },
  { path: /^\/(marketing\/forms|form-integrations)\//, name: always("form submissions") },
  { path: /^\/(marketing\/emails|email\/public)\//, name: always("marketing e-mails") },
  { path: /^\/conversations\//, name: always("conversations") },
  { path: /^\/automation\//, name: always("workflow callbacks") },
];

function isWriting({ method, path }: Call): boolean {
  return method !== "GET" && !/\/(search|batch\/read)$/.test(path);
}

/**
 * The part of HubSpot that a call belongs to, in words (`company updates`, `lists`): HubSpot allows or refuses (403) the
 * calls of one part alike, by scopes and edition. Undefined for calls that every app may make.
 */
export function featureOf(call: Call): string | undefined {
  for (const { path, name } of NAMINGS) {
    const found = path.exec(call.path);
    if (found) return name(objectNameOf(decodeURIComponent(found[1] ?? "")), isWriting(call));
  }
  return undefined;
}
