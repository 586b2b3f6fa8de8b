export type AssociationType = {
  readonly category: "HUBSPOT_DEFINED" | "USER_DEFINED";
  readonly typeId: number;
  readonly label: string | null;
};

export type AssociationLabels = { readonly byPair: Map<string, AssociationType[]>; lastTypeId: number };

/** HubSpot's own association type ids: from, to, unlabelled, primary. */
const DEFINED: readonly (readonly [string, string, number, number?])[] = [
  ["0-1", "0-2", 279, 1],
  ["0-2", "0-1", 280, 2],
  ["0-3", "0-1", 3],
  ["0-1", "0-3", 4],
  ["0-3", "0-2", 341, 5],
  ["0-2", "0-3", 342, 6],
  ["0-1", "0-5", 15],
  ["0-5", "0-1", 16],
  ["0-5", "0-2", 339, 26],
  ["0-2", "0-5", 340, 25],
  ["0-1", "0-1", 449],
  ["0-2", "0-2", 450],
  ["0-1", "0-48", 193],
  ["0-48", "0-1", 194],
  ["0-2", "0-48", 181],
  ["0-48", "0-2", 182],
  ["0-1", "0-47", 199],
  ["0-47", "0-1", 200],
  ["0-2", "0-47", 187],
  ["0-47", "0-2", 188],
  ["0-1", "0-49", 197],
  ["0-49", "0-1", 198],
  ["0-1", "0-46", 201],
  ["0-46", "0-1", 202],
  ["0-1", "0-27", 203],
  ["0-27", "0-1", 204],
  ["0-1", "0-18", 82],
  ["0-18", "0-1", 81],
  ["0-136", "0-1", 608, 578],
];

/** Returns HubSpot's own association types; labels that data or calls name are added as they come. */
export function createAssociationLabels(): AssociationLabels {
  const byPair = new Map<string, AssociationType[]>();
  for (const [from, to, typeId, primary] of DEFINED) {
    const types: AssociationType[] = [{ category: "HUBSPOT_DEFINED", typeId, label: null }];
    if (primary !== undefined) types.push({ category: "HUBSPOT_DEFINED", typeId: primary, label: "Primary" });
    byPair.set(pairKey(from, to), types);
  }
  return { byPair, lastTypeId: 1000 };
}

function pairKey(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Returns the association types from one object type to another, the unlabelled one first. */
export function associationTypes(labels: AssociationLabels, from: string, to: string): AssociationType[] {
  const known = labels.byPair.get(pairKey(from, to));
  if (known) return known;
  labels.lastTypeId += 1;
  const types: AssociationType[] = [{ category: "HUBSPOT_DEFINED", typeId: labels.lastTypeId, label: null }];
  labels.byPair.set(pairKey(from, to), types);
  return types;
}

/** Returns the type of a label (null: unlabelled) in one direction, created in both when it is new. */
export function associationType(
  labels: AssociationLabels,
  from: string,
  to: string,
  label: string | null,
): AssociationType {
  const types = associationTypes(labels, from, to);
  const known = types.find((type) => type.label === label);
  if (known) return known;
  labels.lastTypeId += 1;
  const created: AssociationType = { category: "USER_DEFINED", typeId: labels.lastTypeId, label };
  types.push(created);
  if (from !== to) associationType(labels, to, from, label);
  return created;
}
