import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";

function run(...options: string[]) {
  return spawn(process.execPath, ["emulator/main.ts", ...options], { stdio: ["ignore", "pipe", "pipe"] });
}

it("starts from the command line, says where it is and stops on SIGTERM", async () => {
  const child = run(
    "--port",
    "0",
    "--contacts",
    "5",
    "--portal-id",
    "31",
    "--clock",
    "2026-01-01",
    "--token",
    "t",
  );
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const url = /at (http:\S+)/.exec(String(line))?.[1] ?? "";
  const details = await fetch(`${url}/account-info/2026-09/details`, {
    headers: { authorization: "Bearer t" },
  });
  expect(await details.json()).toMatchObject({ portalId: 31 });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it.each([
  [["--contacts", "many"], "--contacts"],
  [["--clock", "soon"], "--clock"],
  [["--data", "/no/such/file"], "/no/such/file"],
  [["--colour"], "--colour"],
])("refuses %j with status 2", async (options, named) => {
  const child = run(...options);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(2);
  expect(said).toContain(named);
});
