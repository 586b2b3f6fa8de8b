import { childOf, type JsonNode } from "./json-node.ts";
import type { LimitDraft } from "./rule-draft.ts";

/** Returns the limit that two fields of a node write, `undefined` for none; a bound that no limit here can have is noted. */
export function importLimit(
  node: JsonNode,
  names: { readonly min: string; readonly max: string },
): LimitDraft | undefined {
  const [min, max] = [childOf(node, names.min), childOf(node, names.max)];
  const low = boundOf(min, (bound) => bound <= 0, "a lower limit here is 0 or below: left out");
  const high = boundOf(max, (bound) => bound >= 0, "an upper limit here is 0 or above: left out");
  if (low === 0 && high === 0) {
    node.report.note(max.path, "limits to 0 points on both sides: left out");
    return undefined;
  }
  if (low === undefined && high === undefined) return undefined;
  return { ...(low !== undefined && { min: low }), ...(high !== undefined && { max: high }) };
}

function boundOf(
  node: JsonNode,
  isPossible: (bound: number) => boolean,
  message: string,
): number | undefined {
  if (typeof node.value !== "number") return undefined;
  if (isPossible(node.value)) return node.value;
  node.report.note(node.path, message);
  return undefined;
}

/** Returns the one limit that two limits, one after the other, come to: both hold 0. */
export function narrower(one: LimitDraft | undefined, other: LimitDraft | undefined): LimitDraft | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const min = Math.max(one.min ?? Number.NEGATIVE_INFINITY, other.min ?? Number.NEGATIVE_INFINITY);
  const max = Math.min(one.max ?? Number.POSITIVE_INFINITY, other.max ?? Number.POSITIVE_INFINITY);
  return { ...(Number.isFinite(min) && { min }), ...(Number.isFinite(max) && { max }) };
}
