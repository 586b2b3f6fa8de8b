import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { proseOf, ROOT, readPages } from "./documents.ts";

const pages = readPages();
const links = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ page: page.path, target })),
);

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function leadsSomewhere({ page, target }: { page: string; target: string }): boolean {
  if (/^https?:/.test(target)) return true;
  const [path = "", anchor] = target.split("#");
  const file = join(ROOT, path === "" ? page : normalize(join(dirname(page), path)));
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    anchorOf(text),
  );
  return headings.includes(anchor);
}

test("the check sees the documents", () => {
  expect(pages.map((page) => page.path)).toEqual(
    expect.arrayContaining(["README.md", "docs/architecture.md", "docs/decisions.md", "docs/operations.md"]),
  );
  expect(links.length).toBeGreaterThan(10);
});

test("every link between documents leads somewhere", () => {
  expect(links.filter((link) => !leadsSomewhere(link))).toEqual([]);
});

test("every document is linked from another one", () => {
  const linked = new Set(
    links.map(({ page, target }) => normalize(join(dirname(page), target.split("#")[0] ?? ""))),
  );
  const alone = pages.map((page) => page.path).filter((path) => path !== "README.md" && !linked.has(path));
  expect(alone).toEqual([]);
});

test("no document names a place on somebody's machine", () => {
  const places = /(?:\/(?:home|Users|root|work|tmp|mnt)\/\S+|\b[A-Z]:\\\S+|file:\/\/\S+)/;
  expect(
    pages.flatMap(({ path, text }) => places.exec(text)?.map((place) => `${path}: ${place}`) ?? []),
  ).toEqual([]);
});
