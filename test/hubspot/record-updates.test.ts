import { expect, test } from "vitest";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { updateRecords } from "../../src/hubspot/record-updates.ts";
import { type PlannedAnswer, type ReceivedCall, startHubSpotServer } from "./hubspot-server.ts";

type Input = { id: string; properties: { [name: string]: string }; objectWriteTraceId: string };

function inputs(count: number): Input[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    properties: { my_score: String(index) },
    objectWriteTraceId: `w${index}`,
  }));
}

function sent(call: ReceivedCall): Input[] {
  return call.body["inputs"] as Input[];
}

function complete(written: readonly Input[], errors?: readonly object[]): PlannedAnswer {
  const results = written.map(({ id, properties }) => ({ id, properties }));
  return {
    status: errors ? 207 : 200,
    json: { status: "COMPLETE", results, errors, numErrors: errors?.length },
  };
}

function refuse(body: object, status = 400): PlannedAnswer {
  return { status, json: { status: "error", category: "VALIDATION_ERROR", ...body } };
}

function summary(results: Awaited<ReturnType<typeof updateRecords>>) {
  return Object.fromEntries(
    results
      .filter((result) => result.outcome !== "written")
      .map((result) => [result.id, result.outcome === "refused" ? result.reason : result.outcome]),
  );
}

test("writes 100 records a call, each with its trace id", async () => {
  await using server = await startHubSpotServer((call) => complete(sent(call)));
  const results = await updateRecords(server.client, "contact", inputs(150));
  expect(results).toHaveLength(150);
  expect(summary(results)).toEqual({});
  expect(server.calls.map((call) => sent(call).length)).toEqual([100, 50]);
  expect(server.calls[0]).toMatchObject({
    method: "POST",
    url: "/crm/objects/2026-09/contacts/batch/update",
  });
  expect(sent(server.calls[1] as ReceivedCall)[0]).toEqual(inputs(101)[100]);
});

test("T54 honours the result of every record, named by id or trace id", async () => {
  const errors = [
    { category: "OBJECT_NOT_FOUND", context: { ids: ["3"] } },
    {
      category: "VALIDATION_ERROR",
      context: { objectWriteTraceId: ["w5"] },
      errors: [{ code: "INVALID_NUMBER" }],
    },
  ];
  await using server = await startHubSpotServer((call) =>
    complete(
      sent(call).filter(({ id }) => id !== "3" && id !== "5"),
      errors,
    ),
  );
  const results = await updateRecords(server.client, "contact", inputs(100));
  expect(summary(results)).toEqual({ 3: "gone", 5: expect.stringContaining("INVALID_NUMBER") });
  expect(server.calls).toHaveLength(1);
});

test("T41 a 404 that names an id costs one more call, and the other 99 are written", async () => {
  await using server = await startHubSpotServer((call) => {
    const isWhole = sent(call).some(({ id }) => id === "42");
    return isWhole
      ? refuse({ category: "OBJECT_NOT_FOUND", context: { ids: ["42"] } }, 404)
      : complete(sent(call));
  });
  const results = await updateRecords(server.client, "contact", inputs(100));
  expect(results).toHaveLength(100);
  expect(summary(results)).toEqual({ 42: "gone" });
  expect(server.calls).toHaveLength(2);
});

test("T41 a 404 without ids is narrowed down to the record that is gone", async () => {
  await using server = await startHubSpotServer((call) =>
    sent(call).some(({ id }) => id === "42")
      ? refuse({ category: "OBJECT_NOT_FOUND" }, 404)
      : complete(sent(call)),
  );
  const results = await updateRecords(server.client, "contact", inputs(100));
  expect(results).toHaveLength(100);
  expect(summary(results)).toEqual({ 42: "gone" });
  expect(server.calls.length).toBeLessThanOrEqual(15);
});

test("T45 a 400 without names is narrowed down to the records at fault, with the reason", async () => {
  const bad = new Set(["7", "8", "90"]);
  await using server = await startHubSpotServer((call) =>
    sent(call).some(({ id }) => bad.has(id))
      ? refuse({ errors: [{ code: "REQUIRED_PROPERTY", message: "person@example.com lacks x" }] })
      : complete(sent(call)),
  );
  const results = await updateRecords(server.client, "contact", inputs(100));
  expect(results).toHaveLength(100);
  expect(summary(results)).toEqual(Object.fromEntries([...bad].map((id) => [id, "REQUIRED_PROPERTY"])));
  expect(server.calls.length).toBeLessThan(40);
});

test("T44 a property that is gone refuses all records that write it, in one more call", async () => {
  const message = 'Property values were not valid: [{"error":"PROPERTY_DOESNT_EXIST","name":"my_score"}]';
  await using server = await startHubSpotServer((call) =>
    sent(call).some(({ properties }) => "my_score" in properties)
      ? refuse({ message })
      : complete(sent(call)),
  );
  const other = { id: "900", properties: { other_score: "1" }, objectWriteTraceId: "w900" };
  const results = await updateRecords(server.client, "contact", [...inputs(20), other]);
  expect(results.find(({ id }) => id === "900")?.outcome).toBe("written");
  expect(new Set(Object.values(summary(results)))).toEqual(new Set(["PROPERTY_DOESNT_EXIST my_score"]));
  expect(server.calls).toHaveLength(2);
});

test("a record that HubSpot neither wrote nor refused is sent again alone, then given up", async () => {
  await using server = await startHubSpotServer((call) =>
    complete(sent(call).filter(({ id }) => id !== "2")),
  );
  const results = await updateRecords(server.client, "contact", inputs(3));
  expect(summary(results)).toEqual({ 2: "NOT_CONFIRMED" });
  expect(server.calls.map((call) => sent(call).length)).toEqual([3, 1]);
});

test("other failures are thrown, and repeating is left to the caller", async () => {
  await using server = await startHubSpotServer(() => ({ status: 429, json: { policyName: "DAILY" } }));
  const call = updateRecords(server.client, "contact", inputs(100));
  await expect(call).rejects.toSatisfy(
    (error) => error instanceof HubSpotError && error.policyName === "DAILY",
  );
  expect(server.calls).toHaveLength(1);
});
