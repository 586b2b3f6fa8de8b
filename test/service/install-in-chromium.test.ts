import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { openChromium } from "../support/chromium.ts";
import { leftOut } from "../support/left-out.ts";
import { type AppInstallation, startAppInstallation } from "./app-installation.ts";

vi.setConfig({ testTimeout: 120_000 });

const contact = (id: string, jobtitle: string) => ({ object: "contact", id, properties: { jobtitle } });

async function install(app: AppInstallation, page: Page, portal: number): Promise<void> {
  await page.goto(`${app.account.emulator.url}/app`);
  await page
    .locator("tr", { hasText: String(portal) })
    .getByRole("link", { name: "Install" })
    .click();
  await page.getByRole("button", { name: "Connect app" }).click();
  await page.getByText("Your HubSpot account is connected").waitFor();
  expect(new URL(page.url()).pathname).toBe("/oauth/callback");
}

test("in a real browser: consent, callback, properties, scores, for a free and an enterprise account", async ({
  skip,
}) => {
  await using browser = await openChromium();
  if (!browser) {
    leftOut("installing in a browser (Chromium is not on this machine)");
    return skip();
  }
  await using app = await startAppInstallation({
    portals: [
      { portalId: 101, data: [contact("1", "chief")] },
      { portalId: 102, tier: "free", data: [contact("1", "manager")] },
    ],
    scores: [TITLE],
  });
  const page = await browser.newPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) refused.push(message.text());
  });
  await install(app, page, 101);
  await install(app, page, 102);
  await app.untilHeld(101, "1", "title_score", "40");
  await app.untilHeld(102, "1", "title_score", "20");
  expect(refused).toEqual([]);

  await page.goto(`${app.account.emulator.url}/app`);
  await page.locator("tr", { hasText: "102" }).getByRole("link", { name: "Install" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("The app was not installed").waitFor();
});
