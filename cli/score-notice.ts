import type { ScoreNotices } from "../src/scores/score-notices.ts";

/** Returns in one line what an admin should know of a score; empty where all is well. */
export function noticeText({
  goneLists,
  offFeatures,
  changedProperties,
  drifted,
  followedBySearch,
}: Partial<ScoreNotices>): string {
  const texts: string[] = [];
  if (goneLists && goneLists.length > 0)
    texts.push(`reads lists gone from HubSpot: ${goneLists.join(", ")}; their last members stand`);
  for (const { feature, reason } of offFeatures ?? []) texts.push(`${feature} are off: ${reason}`);
  for (const { fault, parked } of changedProperties ?? [])
    texts.push(
      `${fault}: ${parked ? "nothing is written until that is right again" : "written all the same"}`,
    );
  if (drifted) texts.push(`${drifted} records show values changed in HubSpot`);
  if (followedBySearch) {
    const last = followedBySearch.lastLook ?? "never";
    texts.push(`no notifications of such records: looked for every 5 minutes, last ${last}`);
  }
  return texts.join("; ");
}
