import type { Problem } from "./operands.ts";
import { propertyNameProblems } from "./property-names.ts";
import { limitProblems, objectType } from "./schema-fields.ts";
import { asList, asObject, isObject } from "./soft-read.ts";
import { thresholdProblems } from "./threshold-schema.ts";

const MOST_RULES = 500;

type Fields = { readonly [key: string]: unknown };

/** Returns what is wrong between the parts of a definition; reads parts of the right shape, passes over the others. */
export function definitionProblems(value: unknown): Problem[] {
  if (!isObject(value)) return [];
  return [
    ...groupProblems(value),
    ...ruleIdProblems(value),
    ...associatedProblems(value),
    ...sideLimitProblems(value),
    ...thresholdProblems(value["type"], value["thresholds"]),
    ...propertyNameProblems(value),
    ...(value["hysteresis"] !== undefined && value["thresholds"] === undefined
      ? [{ path: ["hysteresis"], message: "needs thresholds" }]
      : []),
  ];
}

function groupProblems({ type, groups }: Fields): Problem[] {
  const problems: Problem[] = [];
  const sides = new Set<unknown>();
  const names = new Set<unknown>();
  asList(groups).forEach((group, index) => {
    const { name, side } = asObject(group);
    if (typeof name === "string" && names.has(name)) {
      problems.push({ path: ["groups", index, "name"], message: "repeats another group's name" });
    }
    if ((type === "engagement" && side === "fit") || (type === "fit" && side === "engagement")) {
      problems.push({ path: ["groups", index, "side"], message: `does not fit a score of type ${type}` });
    }
    names.add(name);
    sides.add(side);
  });
  const told = [...sides].every((side) => side === "engagement" || side === "fit");
  if (type !== "combined" || !told) return problems;
  for (const side of ["engagement", "fit"]) {
    if (!sides.has(side))
      problems.push({ path: ["groups"], message: `a combined score needs a group of side ${side}` });
  }
  return problems;
}

function ruleIdProblems(document: Fields): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<unknown>();
  const rules = rulesOf(document);
  if (rules.length > MOST_RULES) {
    problems.push({ path: ["groups"], message: `must have at most ${MOST_RULES} rules in all` });
  }
  for (const { rule, path } of rules) {
    const id = rule["id"];
    if (typeof id === "string" && ids.has(id)) {
      problems.push({ path: [...path, "id"], message: "repeats another rule's id" });
    }
    ids.add(id);
  }
  return problems;
}

function associatedProblems(document: Fields): Problem[] {
  const { object, type, associated } = document;
  if (!objectType.safeParse(object).success) return [];
  const problems: Problem[] = [];
  if (associated !== undefined && object === "contact") {
    problems.push({ path: ["associated"], message: "has no place on a contact score" });
  } else if (associated !== undefined && type !== "fit") {
    problems.push(...contactProblems(associated, ["associated"]));
  }
  for (const { rule, side, path } of rulesOf(document)) {
    if (side !== "engagement") continue;
    problems.push(...eventSourceProblems(document, rule["associated"], [...path, "associated"]));
  }
  return problems;
}

function eventSourceProblems(document: Fields, own: unknown, path: readonly (string | number)[]): Problem[] {
  if (document["object"] === "contact") {
    return own === undefined ? [] : [{ path, message: "has no place on an event rule of a contact score" }];
  }
  if (own !== undefined) return contactProblems(own, path);
  if (document["associated"] !== undefined) return [];
  return [{ path, message: "required: events belong to contacts" }];
}

function contactProblems(associated: unknown, path: readonly (string | number)[]): Problem[] {
  const { object } = asObject(associated);
  if (typeof object !== "string" || object === "contact") return [];
  return [{ path: [...path, "object"], message: "must be contact: events belong to contacts" }];
}

function sideLimitProblems({ type, sides, limit }: Fields): Problem[] {
  if (sides === undefined) return [];
  if (type === "engagement" || type === "fit") {
    return [{ path: ["sides"], message: "are for a combined score only" }];
  }
  return (["engagement", "fit"] as const).flatMap((side) => {
    const own = asObject(sides)[side];
    if (!isObject(own)) return [];
    const { min = 0, max = asObject(limit)["max"] } = own;
    return limitProblems({ min, max }).map(({ path, message }) => ({
      path: ["sides", side, ...path],
      message,
    }));
  });
}

function rulesOf({ groups }: Fields) {
  return asList(groups).flatMap((group, groupIndex) => {
    const { side, rules } = asObject(group);
    return asList(rules).map((rule, index) => ({
      rule: asObject(rule),
      side,
      path: ["groups", groupIndex, "rules", index],
    }));
  });
}
