const OBJECT_IDS: { readonly [object: string]: string } = {
  contact: "0-1",
  company: "0-2",
  deal: "0-3",
  ticket: "0-5",
  lead: "0-136",
};

const OBJECTS = new Map(Object.entries(OBJECT_IDS).map(([object, id]) => [id, object]));

/** How HubSpot names a kind of association, seen from one side. */
export type AssociationSpec = { readonly associationCategory: string; readonly associationTypeId: number };

type Pair = {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly id: number;
  readonly inverse: number;
};

const HALF: readonly Pair[] = [
  { from: "contact", to: "company", id: 279, inverse: 280 },
  { from: "contact", to: "company", label: "Primary", id: 1, inverse: 2 },
  { from: "contact", to: "deal", id: 4, inverse: 3 },
  { from: "contact", to: "ticket", id: 15, inverse: 16 },
  { from: "company", to: "deal", id: 342, inverse: 341 },
  { from: "company", to: "deal", label: "Primary", id: 6, inverse: 5 },
  { from: "company", to: "ticket", id: 340, inverse: 339 },
  { from: "company", to: "ticket", label: "Primary", id: 25, inverse: 26 },
  { from: "deal", to: "ticket", id: 27, inverse: 28 },
];

const PAIRS: readonly Pair[] = HALF.flatMap((pair) => [
  pair,
  { ...pair, from: pair.to, to: pair.from, id: pair.inverse, inverse: pair.id },
]);

/** Returns HubSpot's object type id (`0-1`; a custom type's own id). */
export function objectTypeIdOf(object: string): string {
  return OBJECT_IDS[object] ?? object;
}

/** Returns the object of a HubSpot object type id; an unknown id as it stands. */
export function objectOfTypeId(id: string): string {
  return OBJECTS.get(id) ?? id;
}

/** Returns HubSpot's names of the association from one object to another with a label, or `undefined` where they differ by account. */
export function associationSpecs(
  from: string,
  to: string,
  label: string | undefined,
):
  | { readonly associationSpec: AssociationSpec; readonly inverseAssociationSpec: AssociationSpec }
  | undefined {
  const pair = PAIRS.find((known) => known.from === from && known.to === to && known.label === label);
  return pair && { associationSpec: specOf(pair.id), inverseAssociationSpec: specOf(pair.inverse) };
}

/** Returns the label (none: every associated record) of one of HubSpot's own association types, or `undefined` for others. */
export function associationLabelOf(spec: AssociationSpec, inverse: AssociationSpec | undefined) {
  const ids = [spec, inverse]
    .filter((side) => side?.associationCategory === "HUBSPOT_DEFINED")
    .map((side) => side?.associationTypeId);
  const pair = PAIRS.find(({ id }) => ids.includes(id));
  return pair && { label: pair.label };
}

function specOf(associationTypeId: number): AssociationSpec {
  return { associationCategory: "HUBSPOT_DEFINED", associationTypeId };
}
