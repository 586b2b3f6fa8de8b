import type { Condition } from "../scoring/condition-schema.ts";

const PROPERTY = "hs_object_id";

/** The condition that holds for every record: a property rule without criteria of its own. */
export const ALWAYS: Condition = {
  any: [
    { property: PROPERTY, operator: "IS_KNOWN" },
    { property: PROPERTY, operator: "IS_UNKNOWN" },
  ],
};

/** Returns whether a condition is the one that holds for every record. */
export function isAlways(condition: Condition): boolean {
  return JSON.stringify(condition) === JSON.stringify(ALWAYS);
}
