import { expect, test } from "vitest";
import { isUnavailable, openDatabase, type Queryable } from "../../src/store/database.ts";
import { findFreePort, startProxy } from "../support/proxy.ts";
import { createTestDatabase } from "../support/test-database.ts";

test("a transaction that throws leaves nothing behind", async () => {
  await using database = await createTestDatabase();
  await database.db.query("create table t (n int)");
  const work = async (tx: Queryable) => {
    await tx.query("insert into t values (1)");
    throw new Error("no");
  };
  await expect(database.db.transaction(work)).rejects.toThrow("no");
  expect(await database.db.query("select n from t")).toEqual([]);
});

test.each([
  ["a serialization failure", "do $$ begin raise sqlstate '40001'; end $$"],
  ["a connection that is ended", "select pg_terminate_backend(pg_backend_pid())"],
])("T69 %s undoes the transaction and runs it again", async (_name, failure) => {
  await using database = await createTestDatabase();
  await database.db.query("create table t (n int)");
  let attempts = 0;
  await database.db.transaction(async (tx) => {
    await tx.query("insert into t values (1)");
    if (++attempts < 4) await tx.query(failure);
  });
  expect(attempts).toBe(4);
  expect(await database.db.query("select n from t")).toEqual([{ n: 1 }]);
});

test("T69 a failure that lasts is thrown after three more attempts", async () => {
  await using database = await createTestDatabase();
  let attempts = 0;
  const work = (tx: Queryable) => {
    attempts++;
    return tx.query("do $$ begin raise sqlstate '40001'; end $$");
  };
  await expect(database.db.transaction(work)).rejects.toMatchObject({ code: "40001" });
  expect(attempts).toBe(4);
});

test("T69 of two transactions in a deadlock both end", async () => {
  await using database = await createTestDatabase();
  await database.db.query("create table t (id int primary key, n int)");
  await database.db.query("insert into t values (1, 0), (2, 0)");
  const locked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const add = (first: number, mine: 0 | 1) =>
    database.db.transaction(async (tx) => {
      await tx.query("update t set n = n + 1 where id = $1", [first]);
      locked[mine].resolve();
      await locked[mine === 0 ? 1 : 0].promise;
      await tx.query("update t set n = n + 1 where id = $1", [3 - first]);
    });
  await Promise.all([add(1, 0), add(2, 1)]);
  expect(await database.db.query("select n from t")).toEqual([{ n: 2 }, { n: 2 }]);
});

test("T69 a query that takes too long is ended, and the connection can be used again", async () => {
  await using database = await createTestDatabase();
  await using db = openDatabase({ url: database.url, max: 1, statementTimeoutMs: 50 });
  await database.db.transaction(async (holder) => {
    await holder.query("select pg_advisory_xact_lock(1)");
    await expect(db.query("select pg_advisory_lock(1)")).rejects.toMatchObject({ code: "57014" });
  });
  expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
});

test("T69 a server that goes and comes back is used again", async () => {
  await using database = await createTestDatabase();
  await using proxy = await startProxy(database.url);
  await using db = openDatabase({ url: proxy.url });
  await db.query("select 1");
  await proxy.cut();
  const error: unknown = await db.query("select 1").catch((reason: unknown) => reason);
  expect(isUnavailable(error)).toBe(true);
  await proxy.mend();
  expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
});

test("only errors of the connection count as the database being away", async () => {
  await using database = await createTestDatabase();
  await using nowhere = openDatabase({ url: `postgres://nobody@127.0.0.1:${await findFreePort()}/none` });
  const away: unknown = await nowhere.query("select 1").catch((reason: unknown) => reason);
  const wrong: unknown = await database.db.query("select 1 from nothing").catch((reason: unknown) => reason);
  expect([away, wrong, new Error("other"), "text"].map(isUnavailable)).toEqual([true, false, false, false]);
});
