type ObjectType = { readonly name: string; readonly path: string; readonly id: string };

const standardTypes: readonly ObjectType[] = [
  { name: "contact", path: "contacts", id: "0-1" },
  { name: "company", path: "companies", id: "0-2" },
  { name: "deal", path: "deals", id: "0-3" },
  { name: "ticket", path: "tickets", id: "0-5" },
  { name: "product", path: "products", id: "0-7" },
  { name: "line_item", path: "line_items", id: "0-8" },
  { name: "quote", path: "quotes", id: "0-14" },
  { name: "communication", path: "communications", id: "0-18" },
  { name: "task", path: "tasks", id: "0-27" },
  { name: "note", path: "notes", id: "0-46" },
  { name: "meeting", path: "meetings", id: "0-47" },
  { name: "call", path: "calls", id: "0-48" },
  { name: "email", path: "emails", id: "0-49" },
  { name: "lead", path: "leads", id: "0-136" },
];

const byAnyName = new Map(
  standardTypes.flatMap((type) => [type.name, type.path, type.id].map((key) => [key, type] as const)),
);

/** Returns the object name (`contact`, `company`, … or `2-N`) of a name, path name or type id in any case. */
export function objectNameOf(nameOrId: string): string {
  const key = nameOrId.toLowerCase();
  return byAnyName.get(key)?.name ?? key;
}

/** Returns the segment that names the object in API paths (`contacts`; a custom type's own id). */
export function objectPathOf(object: string): string {
  return encodeURIComponent(byAnyName.get(object.toLowerCase())?.path ?? object);
}

/** Returns the object type id (`0-1`; a custom type's own id). */
export function objectTypeIdOf(object: string): string {
  return byAnyName.get(object.toLowerCase())?.id ?? object;
}
