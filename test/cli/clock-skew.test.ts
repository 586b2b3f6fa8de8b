import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { checkClock } from "../../cli/doctor-hubspot.ts";
import { loadConfig } from "../../config/config.ts";

test.each([
  [600, "fault", "600 s behind HubSpot's: signatures are refused"],
  [-600, "fault", "600 s ahead of HubSpot's: signatures are refused"],
  [60, "warning", "60 s behind HubSpot's"],
])("T58 with HubSpot's clock %i s ahead the doctor says so", async (seconds, status, text) => {
  const server = createServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + seconds * 1_000).toUTCString()).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const finding = await checkClock(loadConfig({ HUBSPOT_API_URL: `http://127.0.0.1:${port}` }));
  server.close();
  expect(finding.status).toBe(status);
  expect(finding.text).toMatch(
    new RegExp(
      `^${text.replace(/^\d+/, (given) => `(${given}|${Number(given) - 1}|${Number(given) + 1})`)}$`,
    ),
  );
});
