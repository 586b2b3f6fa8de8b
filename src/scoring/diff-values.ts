import type { EngagementGroup, EventRule, FitGroup, PropertyRule } from "./score-definition.ts";
import { asObject, isObject } from "./soft-read.ts";

/** A group of either side. */
export type DefinitionGroup = EngagementGroup | FitGroup;

/** A rule of either side. */
export type DefinitionRule = EventRule | PropertyRule;

/** Returns whether two values are equal as JSON: order of keys aside, absent and `undefined` alike. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return sameLists(one, other);
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => sameValue(ownValue(one, key), ownValue(other, key)));
}

function sameLists(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => sameValue(value, other[index]));
}

/** Returns the value under one of an object's own keys, `undefined` where there is none. */
export function ownValue(value: unknown, key: string): unknown {
  const object = asObject(value);
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
