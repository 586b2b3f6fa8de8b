import type { RenderedParentNode } from "@hubspot/ui-extensions/testing";

/** Returns all text under a rendered node, as it stands there. */
export function wordsOf({ childNodes }: Pick<RenderedParentNode, "childNodes">): string {
  return childNodes.map((child) => ("childNodes" in child ? wordsOf(child) : child.text)).join("");
}
