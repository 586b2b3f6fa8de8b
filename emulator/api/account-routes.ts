import { ok } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import type { Portal } from "../portal/portal.ts";

/** Returns the route of the account's details. */
export function accountRoutes(portal: Portal): readonly Route[] {
  return [{ method: "GET", path: "/account-info/:version/details", handle: () => ok(details(portal)) }];
}

function details(portal: Portal) {
  const offset = offsetMilliseconds(portal.timeZone, portal.clock.now());
  return {
    portalId: portal.id,
    timeZone: portal.timeZone,
    accountType: "STANDARD",
    companyCurrency: "EUR",
    additionalCurrencies: ["NOK"],
    utcOffset: offsetText(offset),
    utcOffsetMilliseconds: offset,
    uiDomain: "app.hubspot.com",
    dataHostingLocation: "eu1",
  };
}

function offsetMilliseconds(timeZone: string, at: number): number {
  const name = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value;
  const [, sign = "+", hours = "0", minutes = "0"] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function offsetText(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${milliseconds < 0 ? "-" : "+"}${hours}:${rest}`;
}
