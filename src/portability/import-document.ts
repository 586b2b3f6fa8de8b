import { isObject } from "../scoring/soft-read.ts";
import { type Imported, importHubSpot } from "./import-hubspot.ts";
import { importScoreProperty } from "./import-score-property.ts";

/** A format of scores other than Scorekeeper's own. */
export type ForeignFormat = "hubspot" | "score-property";

/** Returns the foreign format that a document is in by its keys, or `null`: then it is to be read as a definition. */
export function foreignFormatOf(document: unknown): ForeignFormat | null {
  if (!isObject(document) || "groups" in document) return null;
  if ("groupConfigs" in document || "groupConfigs" in Object(document["draft"] ?? document["create"]))
    return "hubspot";
  return "positive" in document || "negative" in document ? "score-property" : null;
}

/** What was made of a foreign document; `root` is the key under which the paths of the report begin, "" for none. */
export type ImportedDocument = Imported & { readonly root: string };

/** Returns the definition of a foreign document; of an export with both of HubSpot's requests the fuller one is read. */
export function importForeign(document: unknown, format: ForeignFormat): ImportedDocument {
  if (format === "score-property") return { ...importScoreProperty(document), root: "" };
  if (!isObject(document) || "groupConfigs" in document) return { ...importHubSpot(document), root: "" };
  const root = document["draft"] === undefined || document["draft"] === null ? "create" : "draft";
  return { ...importHubSpot(document[root]), root };
}
