import { execFileSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { define } from "../pipeline/definitions.ts";
import { titleChange } from "../pipeline/notifications.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { deliver, untilShown } from "./deliveries.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 120_000 });

const LOCALES = [
  ["nb_NO.UTF-8", "1 234 567,5"],
  ["ar_EG.UTF-8", "١٬٢٣٤٬٥٦٧٫٥"],
  ["hi_IN", "12,34,567.5"],
] as const;

function rulesFor(title: string, points: number) {
  return Array.from({ length: 13 }, (_, index) => ({
    id: `${title}-${index}`,
    points,
    where: { property: "jobtitle", operator: "CONTAINS", values: [title] },
  }));
}

/** 129,990.25 points for a chief, as many below nothing for a manager. */
const LARGE = define({
  schema: 1,
  name: "Large",
  object: "contact",
  type: "fit",
  decimals: 2,
  limit: { min: -1_000_000, max: 1_000_000 },
  property: { name: "large_score" },
  groups: [
    {
      name: "Person",
      side: "fit",
      limit: { min: -1_000_000, max: 1_000_000 },
      rules: [...rulesFor("chief", 9_999.25), ...rulesFor("manager", -9_999.25)],
    },
  ],
});

test.each(LOCALES)(
  "T46 numbers are written without grouping and with a point under %s",
  async (locale, local) => {
    const env = { LANG: locale, LC_ALL: locale, LC_NUMERIC: locale };
    const asLocal = execFileSync(process.execPath, ["-p", "(1234567.5).toLocaleString()"], {
      env,
    }).toString();
    expect(asLocal.trim().replace(/\s/g, " ")).toBe(local);
    const contact = { object: "contact", id: "1", properties: { jobtitle: "clerk" } };
    await using portal = await openScoredPortal({ records: [contact] });
    await portal.publish(LARGE);
    await using service = await startService({ ...envOf(portal), ...env });
    for (const [title, value] of [
      ["chief", "129990.25"],
      ["manager", "-129990.25"],
    ] as const) {
      expect(await deliver(service, portal, [titleChange(portal, "1", title)])).toBe(200);
      await untilShown(portal, { contact: "1", property: "large_score", value }, 30_000);
    }
  },
);
