import type { DefinitionDocument } from "./definition-schema.ts";
import type { FurtherProperty } from "./property-names.ts";

type DocumentGroup = DefinitionDocument["groups"][number];
type DocumentEngagementGroup = Extract<DocumentGroup, { side: "engagement" }>;
type DocumentFitGroup = Extract<DocumentGroup, { side: "fit" }>;

/** A rule over events, every default filled in; `count` is absent beside `frequency` alone. */
export type EventRule = DocumentEngagementGroup["rules"][number] & { readonly name: string };

/** A rule over properties and lists, every default filled in. */
export type PropertyRule = DocumentFitGroup["rules"][number] & { readonly name: string };

/** Which associated records a rule reads, and how their points become one figure. */
export type Associated = NonNullable<EventRule["associated"]>;

/** A group of event rules. */
export type EngagementGroup = Omit<DocumentEngagementGroup, "rules"> & {
  readonly rules: readonly EventRule[];
};

/** A group of property rules. */
export type FitGroup = Omit<DocumentFitGroup, "rules"> & { readonly rules: readonly PropertyRule[] };

/** A limit with both bounds, in points. */
type Limit = { readonly min: number; readonly max: number };

/** A side of a score. */
export type Side = "engagement" | "fit";

/** A checked score definition, every default filled in; parsing it again gives the same. */
export type ScoreDefinition = Omit<DefinitionDocument, "groups" | "sides" | "property"> & {
  readonly groups: readonly (EngagementGroup | FitGroup)[];
  readonly sides?: { readonly engagement: Limit; readonly fit: Limit };
  readonly property: Omit<DefinitionDocument["property"], "label" | "names"> & {
    readonly label: string;
    readonly names: { readonly [further in FurtherProperty]?: string };
  };
};
