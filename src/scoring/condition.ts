import type { CompiledCondition, Subject, Test, Turn } from "./compiled-condition.ts";
import type { Condition, ListCondition, PropertyCondition } from "./condition-schema.ts";
import { compileDaysLeaf } from "./days-leaf.ts";
import { compileHistoryLeaf, compileUpdatedLeaf } from "./history-leaf.ts";
import { operatorKind } from "./operators.ts";
import { propertyReader } from "./property-reader.ts";
import { remember } from "./remember.ts";
import { compileTextJudge } from "./text-judges.ts";
import { compileValueJudge } from "./value-judges.ts";

/** Returns the closures of a condition. */
function compileCondition(condition: Condition): CompiledCondition {
  if ("all" in condition) return compileAll(condition.all.map(compileCondition));
  if ("any" in condition) return compileAny(condition.any.map(compileCondition));
  if ("not" in condition) {
    const { test, turn } = compileCondition(condition.not);
    return { test: (subject, at) => !test(subject, at), turn };
  }
  return "lists" in condition ? compileListLeaf(condition) : compilePropertyLeaf(condition);
}

/** Returns the closures of a condition that may be absent; `null` for those that it then has not. */
export function compileWhere(where: Condition | undefined): {
  readonly test: Test | null;
  readonly turn: Turn | null;
} {
  return where === undefined ? { test: null, turn: null } : compileCondition(where);
}

/** Returns the earlier turn of two conditions, `null` where neither turns. */
function earlierTurn(first: Turn | null, second: Turn | null): Turn | null {
  if (first === null) return second;
  if (second === null) return first;
  return (subject, at) => Math.min(first(subject, at), second(subject, at));
}

function compileAll(parts: readonly CompiledCondition[]): CompiledCondition {
  const tests = parts.map(({ test }) => test);
  return {
    test: (subject, at) => {
      for (const test of tests) if (!test(subject, at)) return false;
      return true;
    },
    turn: firstTurn(parts),
  };
}

function compileAny(parts: readonly CompiledCondition[]): CompiledCondition {
  const tests = parts.map(({ test }) => test);
  return {
    test: (subject, at) => {
      for (const test of tests) if (test(subject, at)) return true;
      return false;
    },
    turn: firstTurn(parts),
  };
}

function firstTurn(parts: readonly CompiledCondition[]): Turn | null {
  return parts.reduce<Turn | null>((turn, part) => earlierTurn(turn, part.turn), null);
}

function compileListLeaf({ lists, belongs }: ListCondition): CompiledCondition {
  const isMember = (subject: Subject) => (list: string) => subject.lists?.includes(list) ?? false;
  const test: Test =
    belongs === "all"
      ? (subject) => lists.every(isMember(subject))
      : (subject) => lists.some(isMember(subject)) === (belongs === "any");
  return { test, turn: null };
}

function compilePropertyLeaf(leaf: PropertyCondition): CompiledCondition {
  switch (operatorKind(leaf.operator)) {
    case "days":
      return compileDaysLeaf(leaf);
    case "history":
      return compileHistoryLeaf(leaf);
    case "updated":
      return compileUpdatedLeaf(leaf);
    case "presence":
      return compileJudge(leaf, leaf.operator === "IS_UNKNOWN", () => leaf.operator === "IS_KNOWN");
    case "number":
    case "range":
    case "date":
      return compileJudge(leaf, leaf.includeUnknown === true, remember(compileValueJudge(leaf)));
    default:
      return compileJudge(leaf, leaf.includeUnknown === true, remember(compileTextJudge(leaf)));
  }
}

function compileJudge(
  { property }: PropertyCondition,
  whenUnknown: boolean,
  judge: (text: string) => boolean,
): CompiledCondition {
  const read = propertyReader(property);
  return {
    test: ({ properties }) => {
      const text = read(properties);
      return text === undefined || text === null || text === "" ? whenUnknown : judge(text);
    },
    turn: null,
  };
}
