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
  const bad = await run("portal", "key", "create", "--name", "Bad", "--for", "everything");
  expect([bad.status, bad.stderr.includes("--for takes events or api, not everything")]).toEqual([2, true]);
  await lines("portal", "key", "revoke", String(keyId));
  expect((await send("b", { id: "1" })).status).toBe(401);
  expect((await run("portal", "key", "revoke", String(keyId))).status).toBe(2);
});

test("a key made for the API reads what `backfill status` shows, and is listed as one", async () => {
  await using installation = await startInstallation();
  const { env, lines, run } = installation;
  const [made] = await lines("portal", "key", "create", "--name", "Reader", "--for", "api");
  expect(made).toMatchObject({ name: "Reader", scopes: ["api"] });
  const answer = await fetch(`${env["PUBLIC_URL"]}/api/backfills`, {
    headers: { authorization: `Bearer ${String(made?.["key"])}` },
  });
  const told = await lines("backfill", "status");
  expect(told).toMatchObject([{ scores: [{ name: "Title", version: 1 }], state: "done", done: 3, total: 3 }]);
  expect(await answer.json()).toEqual({ backfills: told });
  expect((await run("portal", "key", "list")).stdout).toMatch(/Reader +api +/);
  const odd = ["portal", "key", "create", "--name", "Odd", "--for", "api", "--contact-property", "jobtitle"];
  const refused = await run(...odd);
  expect([refused.status, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toContain("--contact-property belongs to keys for events");
});
