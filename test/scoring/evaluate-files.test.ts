import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EvaluateOptions, evaluateFiles } from "../../cli/evaluate.ts";

const YAML = `schema: 1
name: Forms
object: contact
type: engagement
limit: { max: 100 }
groups:
  - name: E
    side: engagement
    decay: { percent: 50, everyDays: 30 }
    rules:
      - { id: form, event: form_submitted, points: 10 }
property: { name: forms }
`;
const record = (id: string) =>
  JSON.stringify({
    object: "contact",
    id,
    events: [{ id: "e", type: "form_submitted", occurredAt: "2026-06-01" }],
  });

let folder = "";
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  await writeFile(path("forms.yaml"), YAML);
  const company = {
    ...JSON.parse(
      JSON.stringify({ schema: 1, name: "Fit", object: "company", type: "fit", limit: { max: 1 } }),
    ),
  };
  const groups = [
    {
      name: "F",
      side: "fit",
      rules: [{ id: "f", where: { property: "a", operator: "IS_KNOWN" }, points: 1 }],
    },
  ];
  await writeFile(path("fit.json"), JSON.stringify({ ...company, groups, property: { name: "fit" } }));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(options: Partial<EvaluateOptions>, input = "") {
  const printed: string[] = [];
  const complaints: string[] = [];
  const collect = (texts: string[], pause: (done: () => void) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        texts.push(String(chunk));
        pause(done);
      },
    });
  const streams = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: collect(printed, setImmediate),
    stderr: collect(complaints, (done) => done()),
  };
  const defaults = { definition: [path("forms.yaml")], records: "-", at: "2026-06-15T00:00:00Z" };
  const status = await evaluateFiles({ ...defaults, ...options }, streams);
  const lines = printed.join("").split("\n").slice(0, -1);
  return { status, lines: lines.map((line) => JSON.parse(line)), errors: complaints.join("") };
}

test("prints a line per record and fitting definition, in order", async () => {
  const { status, lines } = await run(
    { definition: [path("forms.yaml"), path("fit.json")] },
    `${record("1")}\n{"object":"company","id":"7","properties":{"a":1}}\n\n${record("2")}`,
  );
  expect(status).toBe(0);
  expect(lines).toEqual([
    {
      id: "1",
      score: "Forms",
      inScope: true,
      value: 10,
      engagement: 10,
      fit: null,
      threshold: null,
      validUntil: "2026-07-01T00:00:00.000Z",
    },
    {
      id: "7",
      score: "Fit",
      inScope: true,
      value: 1,
      engagement: null,
      fit: 1,
      threshold: null,
      validUntil: null,
    },
    expect.objectContaining({ id: "2", score: "Forms", value: 10 }),
  ]);
});

test("explains when asked", async () => {
  const { lines } = await run({ explain: true }, record("1"));
  expect(lines[0]).toMatchObject({
    groups: [
      {
        name: "E",
        side: "engagement",
        before: 10,
        points: 10,
        rules: [{ id: "form", before: 10, points: 10, matches: 1 }],
      },
    ],
    sides: { engagement: { before: 10, points: 10 } },
    total: { before: 10, points: 10 },
  });
});

test("reads packed records, more than a pipe holds at once", async () => {
  const text = Array.from({ length: 5_000 }, (_, index) => record(String(index))).join("\n");
  await writeFile(path("records.ndjson.gz"), gzipSync(text));
  const { status, lines } = await run({ records: path("records.ndjson.gz") });
  expect(status).toBe(0);
  expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: 5_000 }, (_, index) => String(index)));
});

test("stops at the first bad record, naming file, line and path; the lines before it are printed", async () => {
  await writeFile(path("bad.ndjson"), `${record("1")}\n{"object":"contact","id":2}\n${record("3")}\n`);
  const { status, lines, errors } = await run({ records: path("bad.ndjson") });
  expect(status).toBe(2);
  expect(lines.map(({ id }) => id)).toEqual(["1"]);
  expect(errors).toContain(`${path("bad.ndjson")}:2: id: `);
});

test("a line that is no JSON is a bad record", async () => {
  expect(await run({}, `${record("1")}\n{"object":`)).toMatchObject({
    status: 2,
    errors: "<stdin>:2: $: is not JSON\n",
  });
});

test("a damaged archive is bad input", async () => {
  await writeFile(path("cut.ndjson.gz"), gzipSync(`${record("1")}\n`.repeat(1000)).subarray(0, 60));
  const { status, errors } = await run({ records: path("cut.ndjson.gz") });
  expect(status).toBe(2);
  expect(errors).toContain("cannot be read");
});

test("a bad definition ends the run before anything is printed, naming file, line and path", async () => {
  await writeFile(
    path("bad.yaml"),
    YAML.replace("points: 10", "points: 10.001").replace("max: 100", "max: -1"),
  );
  const { status, lines, errors } = await run(
    { definition: [path("forms.yaml"), path("bad.yaml")] },
    record("1"),
  );
  expect(status).toBe(2);
  expect(lines).toEqual([]);
  expect(errors).toContain(`${path("bad.yaml")}:5: limit.max: `);
  expect(errors).toContain(`${path("bad.yaml")}:11: groups[0].rules[0].points: `);
});

test.each([
  ["no definition", { definition: [] }],
  ["an unknown zone", { timezone: "Mars/Olympus" }],
  ["a bad instant", { at: "yesterday" }],
  ["no such records", { records: "/no/such/file" }],
  ["no such definition", { definition: ["/no/such/file.yaml"] }],
])("%s is bad input", async (_, options) => {
  expect(await run(options, record("1"))).toMatchObject({ status: 2, lines: [] });
});

test("a reader that goes away ends the run quietly", async () => {
  const stdout = new PassThrough();
  stdout.destroy();
  const streams = { stdin: Readable.from([Buffer.from(record("1"))]), stdout, stderr: new PassThrough() };
  const options = { definition: [path("forms.yaml")], records: "-", at: "2026-06-15" };
  expect(await evaluateFiles(options, streams)).toBe(0);
});
