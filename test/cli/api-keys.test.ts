import { expect, test, vi } from "vitest";
import { counting } from "../pipeline/source-scores.ts";
import { startInstallation } from "./installation.ts";

vi.setConfig({ testTimeout: 120_000 });

test("a key made on the command line lets a system send events to the running service, until it is revoked", async () => {
  await using installation = await startInstallation();
  const { env, lines, run, file, held } = installation;
  await lines("score", "import", file("usage.json", JSON.stringify(counting("Usage", ["custom:login"]))));
  await lines("score", "publish", "Usage");
  const [made] = await lines(
    "portal",
    "key",
    "create",
    "--name",
    "Billing",
    "--contact-property",
    "jobtitle",
  );
  expect(made).toMatchObject({ name: "Billing", scopes: ["events"], contactProperty: "jobtitle" });
  const { key, keyId } = made ?? {};
  const send = (id: string, contact: object) =>
    fetch(`${env["PUBLIC_URL"]}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${String(key)}` },
      body: JSON.stringify({ events: [{ id, type: "custom:login", contact }] }),
    });
  const sent = await send("a", { email: "PERSON1@mail.example" });
  expect([sent.status, await sent.json()]).toMatchObject([202, { accepted: 1 }]);
  await vi.waitFor(() => expect(held("1", "usage")).toBe("1"), { timeout: 20_000, interval: 50 });
  expect((await lines("doctor")).filter(({ check }) => check === "events")).toEqual([
    { check: "events", status: "ok", text: expect.stringContaining("custom:login from your own systems") },
  ]);
  expect((await lines("portal", "list"))[0]).toMatchObject({ sources: { "custom:login": "own" } });
  const { stdout } = await run("portal", "key", "list");
  expect(stdout).toContain(`sk_9999_${String(keyId)}_…`);
  expect(stdout).not.toContain(String(key));
  const unnamed = await run("portal", "key", "create");
  expect([unnamed.status, unnamed.stdout]).toEqual([2, ""]);
  expect(unnamed.stderr).toContain("required option '--name <text>'");
  const bad = await run("portal", "key", "create", "--name", "Bad", "--scopes", "everything");
  expect([bad.status, bad.stderr.includes("no such scope: everything")]).toEqual([2, true]);
  await lines("portal", "key", "revoke", String(keyId));
  expect((await send("b", { id: "1" })).status).toBe(401);
  expect((await run("portal", "key", "revoke", String(keyId))).status).toBe(2);
});
