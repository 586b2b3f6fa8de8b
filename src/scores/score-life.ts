import type { HubSpotClient } from "../hubspot/client.ts";
import { deleteProperty } from "../hubspot/properties.ts";
import { parseDefinition, type ScoreDefinition } from "../scoring/definition.ts";
import type { Database, Queryable } from "../store/database.ts";
import { deleteScore, discardDraft, renameScore, turnOff } from "../store/score-life.ts";
import { findVersion, listVersions } from "../store/score-versions.ts";
import { findScore, type StoredScore } from "../store/scores.ts";
import { forgetUnusedCoverage } from "./forget-coverage.ts";
import { allWritten } from "./reason-properties.ts";
import { saveDraftEdit } from "./save-draft.ts";
import { ScoreError } from "./score-error.ts";

/**
 * The portal's score of this name.
 * @throws ScoreError where there is none.
 */
export async function requireScore(db: Queryable, portal: string, name: string): Promise<StoredScore> {
  const score = await findScore(db, portal, name);
  if (!score) throw new ScoreError(`there is no score named "${name}"`);
  return score;
}

async function storedDefinition(
  db: Queryable,
  portal: string,
  score: StoredScore,
  version?: number,
): Promise<unknown> {
  if (version === undefined && score.draft !== null) return score.draft;
  const number = version ?? score.nextVersion ?? score.liveVersion;
  return number === null ? undefined : findVersion(db, portal, score.scoreId, number);
}

/**
 * A score's definition: of a version, or else the newest (the draft where there is one), under the score's present name.
 * @throws ScoreError where there is no such version.
 */
export async function definitionOf(
  db: Queryable,
  portal: string,
  score: StoredScore,
  version?: number,
): Promise<ScoreDefinition> {
  const stored = await storedDefinition(db, portal, score, version);
  if (stored === undefined) throw new ScoreError(`"${score.name}" has no version ${version ?? ""}`.trimEnd());
  const parsed = parseDefinition(stored);
  if (parsed.ok) return { ...parsed.definition, name: score.name };
  throw new ScoreError(
    parsed.faults.map((fault) => `"${score.name}": ${fault.path}: ${fault.message}`).join("\n"),
  );
}

/** Drops a score's draft. @throws ScoreError where it has none. */
export async function discard(db: Database, portal: string, name: string): Promise<void> {
  const score = await requireScore(db, portal, name);
  if (score.draft === null) throw new ScoreError(`"${score.name}" has no draft`);
  await db.transaction((tx) => discardDraft(tx, portal, score.scoreId));
}

const PROPERTY_LENGTH = 100;

function cloneProperty(definition: ScoreDefinition, suffix: string): ScoreDefinition["property"] {
  const name = (old: string): string => `${old.slice(0, PROPERTY_LENGTH - suffix.length)}${suffix}`;
  const base = definition.property.name;
  const copyOf = (kind: string, old = kind): string =>
    old === `${base}_${kind}` && name(base).length + kind.length < PROPERTY_LENGTH
      ? `${name(base)}_${kind}`
      : name(old);
  const names = Object.fromEntries(
    Object.entries(definition.property.names).map(([kind, old]) => [kind, copyOf(kind, old)]),
  );
  return { ...definition.property, name: name(base), names };
}

/** Saves a copy of a score as a draft under a new name, with property names of its own (`…_copy`, `…_copy2`, …). */
export async function clone(
  db: Database,
  portal: string,
  copy: { readonly name: string; readonly newName: string; readonly by: string },
): Promise<StoredScore> {
  const source = await requireScore(db, portal, copy.name);
  if (await findScore(db, portal, copy.newName))
    throw new ScoreError(`there is already a score named "${copy.newName}"`);
  const definition = await definitionOf(db, portal, source);
  const copies = (await listVersions(db, portal, source.scoreId)).length;
  const property = cloneProperty(definition, copies > 1 ? `_copy${copies}` : "_copy");
  const parsed = parseDefinition({
    ...definition,
    name: copy.newName,
    property: { ...property, label: copy.newName },
  });
  if (!parsed.ok)
    throw new ScoreError(parsed.faults.map((fault) => `${fault.path}: ${fault.message}`).join("\n"));
  return db.transaction((tx) => saveDraftEdit(tx, portal, { definition: parsed.definition, by: copy.by }));
}

/** Gives a score another name. @throws ScoreError where that is taken. */
export async function rename(db: Database, portal: string, name: string, newName: string): Promise<void> {
  const score = await requireScore(db, portal, name);
  const taken = await findScore(db, portal, newName);
  if (taken && taken.scoreId !== score.scoreId)
    throw new ScoreError(`there is already a score named "${taken.name}"`);
  if (newName.trim() === "" || newName.length > 250)
    throw new ScoreError("a score's name has 1 to 250 characters, not all blank");
  await db.transaction((tx) => renameScore(tx, portal, score.scoreId, newName));
}

/** Turns a score off; records keep their last values. @throws ScoreError where it is not on. */
export async function switchOff(db: Database, portal: string, name: string): Promise<void> {
  const score = await requireScore(db, portal, name);
  if (score.status !== "on") throw new ScoreError(`"${score.name}" is not on`);
  await db.transaction(async (tx) => {
    await turnOff(tx, portal, score.scoreId);
    await forgetUnusedCoverage(tx, portal);
  });
}

/** Deletes a score and, where asked, its properties in HubSpot. */
export async function remove(
  deps: { readonly db: Database; readonly client: HubSpotClient },
  portal: string,
  removal: { readonly name: string; readonly withProperties: boolean },
): Promise<void> {
  const score = await requireScore(deps.db, portal, removal.name);
  const versions = await listVersions(deps.db, portal, score.scoreId);
  const names = new Set<string>();
  for (const { version } of versions) {
    const definition = await definitionOf(deps.db, portal, score, version);
    for (const property of allWritten({ definition, hasReasons: true })) names.add(property.name);
  }
  await deps.db.transaction(async (tx) => {
    await deleteScore(tx, portal, score, [...names]);
    await forgetUnusedCoverage(tx, portal);
  });
  if (!removal.withProperties) return;
  for (const name of names) await deleteProperty(deps.client, score.object, name);
}
