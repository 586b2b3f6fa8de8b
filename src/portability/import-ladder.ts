import { z } from "zod";
import { itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

const shape = z.object({
  label: z.string(),
  newLabel: z.string().optional(),
  threshold: z.number(),
  color: z.string().optional(),
});

type Step = { readonly label: string; readonly from?: number; readonly color?: string };

/**
 * Returns the labels of a list of boundaries, highest first, or `null`, noted. The last takes everything below, which
 * is noted where HubSpot leaves values below its threshold (above 0) without a label.
 */
export function importLadder(node: JsonNode, key: string): readonly Step[] | null {
  const boundaries = itemsOf(node, key).map((boundary) => ({ boundary, read: readNode(boundary, shape) }));
  const sorted = boundaries
    .flatMap(({ boundary, read }) => (read === null ? [] : [{ boundary, read }]))
    .sort((a, b) => b.read.threshold - a.read.threshold);
  if (sorted.length < boundaries.length) return null;
  if (sorted.length < 2 || sorted.length > 9) {
    return leaveOut(node, `has ${sorted.length} boundaries; labels here are 2 to 9: left out`);
  }
  const lowest = sorted.at(-1);
  if (lowest !== undefined && lowest.read.threshold > 0) {
    const { label, newLabel, threshold } = lowest.read;
    lowest.boundary.report.note(
      lowest.boundary.path,
      `a value below ${threshold} has no label in HubSpot; here it has ${newLabel ?? label}`,
    );
  }
  return sorted.map(({ read }, index) => ({
    label: read.newLabel ?? read.label,
    ...(index < sorted.length - 1 && { from: read.threshold }),
    ...(read.color !== undefined && { color: read.color }),
  }));
}
