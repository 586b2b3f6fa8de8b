import type { ScoreDefinition } from "../scoring/definition.ts";
import { requirementsOf } from "../scoring/requirements.ts";
import { type AccountFacts, ADDITIONAL_EMAILS, EMAIL, NO_FACTS } from "./account-facts.ts";
import { counterProperties } from "./counters.ts";
import { type EventSource, isNamedByValue, sourceInUse } from "./event-sources.ts";

/** What scores read of one object type. */
export type ObjectNeeds = {
  readonly properties: ReadonlySet<string>;
  readonly historyProperties: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  /** Object types whose records this type's scores read besides. */
  readonly associated: ReadonlySet<string>;
  /** Object types whose scores read records of this type. */
  readonly readBy: ReadonlySet<string>;
  /** Whether records of this type are scored themselves. */
  readonly isScored: boolean;
};

/** What a portal's scores read, by object type; event types and their properties are those of contacts. */
export type PortalNeeds = {
  readonly objects: ReadonlyMap<string, ObjectNeeds>;
  readonly eventProperties: ReadonlyMap<string, ReadonlySet<string>>;
  /** By event type, where its events come from. */
  readonly sources: ReadonlyMap<string, EventSource>;
  /** Contact properties by whose values events name their contacts. */
  readonly naming: ReadonlySet<string>;
};

type Growing = { [Key in keyof Omit<ObjectNeeds, "isScored">]: Set<string> } & { isScored: boolean };

function growing(): Growing {
  return {
    properties: new Set(),
    historyProperties: new Set(),
    lists: new Set(),
    associated: new Set(),
    readBy: new Set(),
    isScored: false,
  };
}

function addAll(target: Set<string>, values: Iterable<string>): void {
  for (const value of values) target.add(value);
}

/** The contact properties that the sources of these events need besides. */
function sourceNeeds(sources: ReadonlyMap<string, EventSource>, facts: AccountFacts) {
  const named = [...sources].filter(([type, source]) => isNamedByValue(type, source));
  const counted = [...sources].filter(([, source]) => source === "counters");
  const isCustom = named.some(([type]) => type.startsWith("custom:"));
  const naming = [
    ...(named.length > 0 ? [EMAIL, ADDITIONAL_EMAILS] : []),
    ...(isCustom ? facts.namingProperties : []),
  ];
  return { naming: new Set(naming), counters: counted.flatMap(([type]) => counterProperties(type)) };
}

/** Everything that these definitions read, united, in an account of which these facts are known. */
export function needsOf(
  definitions: readonly ScoreDefinition[],
  facts: AccountFacts = NO_FACTS,
): PortalNeeds {
  const objects = new Map<string, Growing>();
  const eventProperties = new Map<string, Set<string>>();
  const needsFor = (object: string): Growing => {
    const known = objects.get(object) ?? growing();
    objects.set(object, known);
    return known;
  };
  for (const definition of definitions) {
    const wanted = requirementsOf(definition);
    const own = needsFor(definition.object);
    own.isScored = true;
    addAll(own.properties, wanted.properties);
    addAll(own.historyProperties, wanted.historyProperties);
    addAll(own.lists, wanted.lists);
    for (const [object, read] of Object.entries(wanted.associated)) {
      const other = needsFor(object);
      own.associated.add(object);
      other.readBy.add(definition.object);
      addAll(other.properties, read.properties);
      addAll(other.historyProperties, read.historyProperties);
      addAll(other.lists, read.lists);
    }
    for (const type of wanted.eventTypes) {
      const properties = eventProperties.get(type) ?? new Set();
      addAll(properties, wanted.eventProperties[type] ?? []);
      eventProperties.set(type, properties);
    }
  }
  const types = [...eventProperties.keys()];
  const sources = new Map(types.map((type) => [type, sourceInUse(type, facts.sources)]));
  const { naming, counters } = sourceNeeds(sources, facts);
  if (types.length > 0) addAll(needsFor("contact").properties, [...naming, ...counters]);
  return { objects, eventProperties, sources, naming };
}
