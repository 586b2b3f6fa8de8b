import type { ScoreDefinition } from "../scoring/definition.ts";
import { requirementsOf } from "../scoring/requirements.ts";

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

/** Everything that these definitions read, united. */
export function needsOf(definitions: readonly ScoreDefinition[]): PortalNeeds {
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
  return { objects, eventProperties };
}
