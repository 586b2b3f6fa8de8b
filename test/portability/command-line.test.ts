import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type Installation, startInstallation } from "../cli/installation.ts";

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation();
});

afterAll(() => installation?.[Symbol.asyncDispose]());

const ATTRIBUTES = {
  name: "Old score",
  positive: [
    { points: 5, filters: [{ property: "jobtitle", operator: "CONTAINS", type: "string", value: "chief" }] },
    { points: 2, filters: [{ filterFamily: "FormSubmission", operator: "HAS_FILLED_OUT_FORM" }] },
  ],
};

/** Each command is a process of its own, which a busy machine starts slowly. */
const PROCESSES_MS = 120_000;

describe("scores carried from and to files", { timeout: PROCESSES_MS }, () => {
  test("exports of either format import as a draft that differs in nothing", async () => {
    const yaml = await installation.run("score", "export", "title");
    await installation.lines("score", "import", installation.file("same.yaml", yaml.stdout));
    const same = await installation.run("score", "diff", "Title");
    expect(same).toEqual({ status: 0, stdout: "nothing differs\n", stderr: "" });

    const exported = await installation.run("score", "export", "Title", "--format", "hubspot");
    expect(exported).toMatchObject({ status: 0, stderr: "" });
    const { create } = JSON.parse(exported.stdout);
    expect(create).toMatchObject({ name: "Title", objectTypeId: "0-1", allowedGroupTypes: ["FIT"] });
    await installation.lines("score", "import", installation.file("hubspot.json", exported.stdout));
    expect((await installation.run("score", "diff", "Title")).stdout).toBe("nothing differs\n");
  });

  test("a changed draft differs from the live version, and versions from one another, in what was changed", async () => {
    const first = await installation.run("score", "export", "Title", "--version", "1");
    const definition = parse(first.stdout);
    definition.groups[0].rules[0].points = 70;
    await installation.lines("score", "import", installation.file("changed.yaml", stringify(definition)));
    expect(await installation.lines("score", "diff", "Title")).toEqual([
      { where: "Person", text: "chief: 80 → 70 points" },
    ]);
    await installation.lines("score", "publish", "Title");
    const versions = await installation.run("score", "diff", "Title", "2", "1");
    expect(versions.stdout).toBe("Person\n  chief: 70 → 80 points\n");
  });

  test("a retired score property imports, and what it could not carry is told with its line", async () => {
    const file = installation.file("old.json", JSON.stringify(ATTRIBUTES, null, 2));
    const { status, stdout, stderr } = await installation.run("score", "import", file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'imported "Old score" as a draft\n' });
    expect(stderr).toMatch(/^.*old\.json:\d+: positive\[1\]\.filters\[0\]: .*FormSubmission/m);
    expect(stderr).toMatch(/^.*old\.json:\d+: positive\[1\]: .* 2 points are left out/m);
    const { stdout: yaml } = await installation.run("score", "export", "old score");
    expect(parse(yaml)).toMatchObject({ name: "Old score", type: "fit", limit: { min: 0, max: 5 } });
  });

  test("bad input is refused with status 2", async () => {
    const nothing = installation.file("nothing.json", JSON.stringify({ groupConfigs: [] }));
    for (const [args, message] of [
      [["import", nothing], "no score can be made of it"],
      [["export", "Nothing"], 'there is no score named "Nothing"'],
      [["export", "Title", "--version", "9"], '"Title" has no version 9'],
      [["diff", "Old score"], "has not been published"],
      [["diff", "Title", "1"], "takes two versions or none"],
      [["diff", "Title", "1", "x"], "a version is a number"],
    ] as const) {
      const { status, stderr } = await installation.run("score", ...args);
      expect(stderr).toContain(message);
      expect(status).toBe(2);
    }
  });
});
