/** What an operator reads a property's text as. */
export type OperatorKind =
  | "presence"
  | "text"
  | "equality"
  | "number"
  | "range"
  | "options"
  | "date"
  | "days"
  | "history"
  | "updated";

const KINDS = {
  IS_KNOWN: "presence",
  IS_UNKNOWN: "presence",
  IS_EQUAL_TO: "equality",
  IS_NOT_EQUAL_TO: "equality",
  CONTAINS: "text",
  DOES_NOT_CONTAIN: "text",
  STARTS_WITH: "text",
  ENDS_WITH: "text",
  IS_GREATER_THAN: "number",
  IS_GREATER_THAN_OR_EQUAL_TO: "number",
  IS_LESS_THAN: "number",
  IS_LESS_THAN_OR_EQUAL_TO: "number",
  IS_BETWEEN: "range",
  IS_NOT_BETWEEN: "range",
  IS_ANY_OF: "options",
  IS_NONE_OF: "options",
  IS_EXACTLY: "options",
  IS_NOT_EXACTLY: "options",
  CONTAINS_ALL: "options",
  DOES_NOT_CONTAIN_ALL: "options",
  IS_BEFORE: "date",
  IS_AFTER: "date",
  IS_LESS_THAN_X_DAYS_AGO: "days",
  IS_MORE_THAN_X_DAYS_AGO: "days",
  IS_LESS_THAN_X_DAYS_FROM_NOW: "days",
  IS_MORE_THAN_X_DAYS_FROM_NOW: "days",
  HAS_EVER_BEEN_ANY_OF: "history",
  HAS_NEVER_BEEN_ANY_OF: "history",
  HAS_EVER_CONTAINED: "history",
  HAS_NEVER_CONTAINED: "history",
  UPDATED_IN_LAST_X_DAYS: "updated",
  NOT_UPDATED_IN_LAST_X_DAYS: "updated",
} as const satisfies { readonly [name: string]: OperatorKind };

/** The name of an operator, as HubSpot writes it. */
export type Operator = keyof typeof KINDS;

/** Every operator, in the order of HubSpot's menus. */
export const OPERATORS = Object.keys(KINDS) as readonly Operator[];

/** Returns what `operator` reads a property as, or `undefined` for a name that is no operator. */
export function operatorKind(operator: string): OperatorKind | undefined {
  return Object.hasOwn(KINDS, operator) ? KINDS[operator as Operator] : undefined;
}

/** Returns whether `operator` reads the recorded values of a property. */
export function readsHistory(operator: string): boolean {
  const kind = operatorKind(operator);
  return kind === "history" || kind === "updated";
}

/** Returns whether `includeUnknown` has a meaning for `operator`. */
export function acceptsIncludeUnknown(operator: string): boolean {
  const kind = operatorKind(operator);
  return kind !== "presence" && kind !== "updated";
}
