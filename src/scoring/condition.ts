import type { CompiledCondition, Subject, Test, Turn } from "./compiled-condition.ts";
import type { Condition, ListCondition, PropertyCondition } from "./condition-schema.ts";
import { compileDaysLeaf } from "./days-leaf.ts";
import { compileHistoryLeaf, compileUpdatedLeaf } from "./history-leaf.ts";
import { operatorKind } from "./operators.ts";
import { type Judgement, judgeProperty, type Sheets } from "./property-sheet.ts";
import { compileTextJudge } from "./text-judges.ts";
import { compileValueJudge } from "./value-judges.ts";

/** Returns the closures of a condition. */
function compileCondition(condition: Condition, sheets: Sheets): CompiledCondition {
  const compilePart = (part: Condition) => compileCondition(part, sheets);
  if ("all" in condition) return compileAll(condition.all.map(compilePart));
  if ("any" in condition) return compileAny(condition.any.map(compilePart));
  if ("not" in condition) {
    const { test, turn, judged } = compilePart(condition.not);
    return { test: (subject, at) => !test(subject, at), turn, judged };
  }
  return "lists" in condition ? compileListLeaf(condition) : compilePropertyLeaf(condition, sheets);
}

/** Returns the closures of a condition that may be absent; `null` for those that it then has not. */
export function compileWhere(
  where: Condition | undefined,
  sheets: Sheets,
): { readonly test: Test | null; readonly turn: Turn | null; readonly judged: boolean } {
  return where === undefined ? { test: null, turn: null, judged: true } : compileCondition(where, sheets);
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
    judged: parts.every(({ judged }) => judged),
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
    judged: parts.every(({ judged }) => judged),
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
  return { test, turn: null, judged: false };
}

function compilePropertyLeaf(leaf: PropertyCondition, sheets: Sheets): CompiledCondition {
  const whenUnknown = leaf.includeUnknown === true;
  switch (operatorKind(leaf.operator)) {
    case "days":
      return compileDaysLeaf(leaf);
    case "history":
      return compileHistoryLeaf(leaf);
    case "updated":
      return compileUpdatedLeaf(leaf);
    case "presence":
      return compilePresence(leaf, sheets);
    case "number":
    case "range":
    case "date":
      return compileJudge(leaf.property, { judge: compileValueJudge(leaf), whenUnknown }, sheets);
    default:
      return compileJudge(leaf.property, { judge: compileTextJudge(leaf), whenUnknown }, sheets);
  }
}

function compilePresence({ operator, property }: PropertyCondition, sheets: Sheets): CompiledCondition {
  const wanted = operator === "IS_KNOWN";
  return compileJudge(property, { judge: () => wanted, whenUnknown: !wanted }, sheets);
}

function compileJudge(property: string, judgement: Judgement, sheets: Sheets): CompiledCondition {
  const test = judgeProperty(sheets, property, judgement);
  return { test: ({ properties }) => test(properties), turn: null, judged: true };
}
