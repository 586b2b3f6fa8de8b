export type ObjectType = { readonly typeId: string; readonly name: string; readonly plural: string };

const STANDARD: readonly (readonly [typeId: string, name: string, plural: string])[] = [
  ["0-1", "contact", "contacts"],
  ["0-2", "company", "companies"],
  ["0-3", "deal", "deals"],
  ["0-5", "ticket", "tickets"],
  ["0-7", "product", "products"],
  ["0-8", "line_item", "line_items"],
  ["0-14", "quote", "quotes"],
  ["0-18", "communication", "communications"],
  ["0-27", "task", "tasks"],
  ["0-46", "note", "notes"],
  ["0-47", "meeting", "meetings"],
  ["0-48", "call", "calls"],
  ["0-49", "email", "emails"],
  ["0-136", "lead", "leads"],
];

export const CONTACT = "0-1";
export const COMPANY = "0-2";
export const MEETING = "0-47";
const CALL = "0-48";

/** The type ids of sales activities. */
export const ENGAGEMENTS: ReadonlySet<string> = new Set(["0-18", "0-27", "0-46", MEETING, CALL, "0-49"]);
const LEGACY_NAMES = new Set(["contact", "company", "deal", "ticket", "line_item", "product"]);

export type ObjectTypes = Map<string, ObjectType>;

/** Returns the portal's object types by type id, singular name and plural name. */
export function createObjectTypes(): ObjectTypes {
  const types: ObjectTypes = new Map();
  for (const [typeId, name, plural] of STANDARD) register(types, { typeId, name, plural });
  return types;
}

function register(types: ObjectTypes, type: ObjectType): void {
  types.set(type.typeId, type);
  types.set(type.name, type);
  types.set(type.plural, type);
}

/** Returns the type that a path segment or a record's `object` names, else undefined. */
export function findObjectType(types: ObjectTypes, text: string): ObjectType | undefined {
  const known = types.get(text) ?? types.get(text.toLowerCase());
  if (known || !/^2-\d+$/.test(text)) return known;
  return addObjectType(types, text);
}

/** Returns the type of that name, added to the portal when it was not there. */
export function addObjectType(types: ObjectTypes, name: string): ObjectType {
  const known = types.get(name);
  if (known) return known;
  const custom = /^2-\d+$/.test(name);
  const type = { typeId: name, name, plural: custom ? name : `${name}s` };
  register(types, type);
  return type;
}

/** Tells whether records of the type are sales activities rather than things that carry a score. */
export function isEngagement(typeId: string): boolean {
  return ENGAGEMENTS.has(typeId);
}

/** Tells whether the classic webhook subscriptions (`contact.creation`, ...) exist for the type. */
export function hasLegacyWebhooks(type: ObjectType): boolean {
  return LEGACY_NAMES.has(type.name);
}
