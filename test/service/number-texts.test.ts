import { execFileSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { define, VISITS } from "../pipeline/definitions.ts";
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

/** 129,990.25 for thirteen visits of a clerk, less a large amount for a chief. */
const LARGE = define({
  ...VISITS,
  name: "Large",
  type: "combined",
  decimals: 2,
  limit: { min: -1_000_000, max: 1_000_000 },
  property: { name: "large_score" },
  groups: [
    {
      name: "Website",
      side: "engagement",
      rules: [{ id: "visit", event: "page_visited", points: 9_999.25 }],
    },
    {
      name: "Person",
      side: "fit",
      limit: { min: -1_000_000 },
      rules: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"].map((id) => ({
        ...{ id, points: -9_999.5 },
        where: { property: "jobtitle", operator: "CONTAINS", values: ["chief"] },
      })),
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
    const { account, work } = portal;
    await portal.publish(LARGE);
    await using service = await startService({ ...envOf(portal), ...env });
    for (let visit = 0; visit < 13; visit++) await account.visit("1", `visit-${visit}`, work.clock.now());
    await untilShown(portal, { contact: "1", property: "large_score", value: "129990.25" }, 30_000);
    expect(await deliver(service, portal, [titleChange(portal, "1", "chief")])).toBe(200);
    await untilShown(portal, { contact: "1", property: "large_score", value: "-10002.75" }, 30_000);
    await untilShown(portal, { contact: "1", property: "large_score_fit", value: "-139993" }, 30_000);
  },
);
