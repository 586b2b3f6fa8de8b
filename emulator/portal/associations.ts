import { type AssociationType, associationType } from "./association-labels.ts";
import { announce, type ChangeSource } from "./change-feed.ts";
import { type CrmRecord, type Link, recordKey } from "./crm-record.ts";
import type { Portal } from "./portal.ts";
import { findRecord } from "./record-store.ts";

/** Returns a record's associations to present records of a type, in the order they were made. */
export function linksTo(portal: Portal, record: CrmRecord, typeId: string): readonly Link[] {
  const links: Link[] = [];
  for (const link of record.links?.values() ?? []) {
    if (link.type === typeId && findRecord(portal.records, typeId, link.id)) links.push(link);
  }
  return links;
}

/** Returns the association types of one direction of a link: the unlabelled one and one for each label. */
export function typesOfLink(portal: Portal, fromType: string, link: Link): readonly AssociationType[] {
  const unlabelled = associationType(portal.labels, fromType, link.type, null);
  return [
    unlabelled,
    ...link.labels.map((label) => associationType(portal.labels, fromType, link.type, label)),
  ];
}

/** Adds labels to one direction of an association, made when it is new; returns the labels that were new, null for the association itself. */
export function addLink(
  from: CrmRecord,
  to: CrmRecord,
  labels: readonly string[],
  stated: boolean,
): (string | null)[] {
  const key = recordKey(to.type, to.id);
  from.links ??= new Map();
  const known = from.links.get(key);
  if (!known) {
    from.links.set(key, { type: to.type, id: to.id, labels: [...new Set(labels)], stated });
    return [null, ...new Set(labels)];
  }
  const added = labels.filter((label) => !known.labels.includes(label));
  if (added.length > 0) known.labels = [...known.labels, ...new Set(added)];
  known.stated ||= stated;
  return added;
}

/** Associates two records under labels in both directions and announces what is new on each side. */
export function associate(
  portal: Portal,
  pair: readonly [CrmRecord, CrmRecord],
  labels: readonly string[],
  source: ChangeSource,
): void {
  const [from, to] = pair;
  for (const [one, other] of [[from, to] as const, [to, from] as const]) {
    for (const label of addLink(one, other, labels, true))
      announceLink(portal, [one, other], label, { source, removed: false });
  }
}

/** Takes an association away in both directions and announces it on each side. */
export function dissociate(
  portal: Portal,
  pair: readonly [CrmRecord, CrmRecord],
  source: ChangeSource,
): void {
  const [from, to] = pair;
  for (const [one, other] of [[from, to] as const, [to, from] as const]) {
    const link = one.links?.get(recordKey(other.type, other.id));
    if (!link) continue;
    one.links?.delete(recordKey(other.type, other.id));
    for (const label of [null, ...link.labels])
      announceLink(portal, [one, other], label, { source, removed: true });
  }
}

function announceLink(
  portal: Portal,
  [from, to]: readonly [CrmRecord, CrmRecord],
  label: string | null,
  how: { source: ChangeSource; removed: boolean },
): void {
  const { typeId, category } = associationType(portal.labels, from.type, to.type, label);
  announce(portal.feed, {
    kind: "associationChange",
    type: from.type,
    id: from.id,
    toType: to.type,
    toId: to.id,
    typeId,
    category,
    isPrimary: label === "Primary",
    removed: how.removed,
    source: how.source,
    occurredAt: portal.clock.now(),
  });
}
