import { expect, test } from "vitest";
import { openQueue } from "../../src/queue/queue.ts";
import { startProxy } from "../support/proxy.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { describeQueue } from "./contract.ts";

describeQueue("PostgreSQL", async () => {
  const database = await createTestDatabase();
  const proxy = await startProxy(database.url);
  return {
    options: { databaseUrl: proxy.url },
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
});

test("two processes that open the queue at once on an empty database both can use it", async () => {
  await using database = await createTestDatabase({ empty: true });
  const queues = await Promise.all([1, 2].map(() => openQueue({ databaseUrl: database.url })));
  await Promise.all(queues.map((queue) => queue.enqueue("sweep", {})));
  expect(await queues[0]?.counts()).toMatchObject({ waiting: 1 });
  await Promise.all(queues.map((queue) => queue.close({ deadlineMs: 2_000 })));
});
