import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { type Migration, migrate, readMigrations } from "../../src/store/migrate.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** The first step waits while the test holds this lock. */
const LOCK = 70;
const STEPS: readonly Migration[] = [
  {
    version: 1,
    name: "letters",
    sql: `create table letters (letter text primary key); select pg_advisory_xact_lock(${LOCK})`,
  },
  { version: 2, name: "first-letter", sql: "insert into letters values ('a')" },
];

test("migrations run in order, once, and are noted", async () => {
  await using database = await createTestDatabase({ empty: true });
  expect(await migrate(database.db, STEPS)).toEqual(STEPS);
  expect(await migrate(database.db, STEPS)).toEqual([]);
  const rows = await database.db.query("select version, name from schema_migrations order by version");
  expect(rows).toEqual([
    { version: 1, name: "letters" },
    { version: 2, name: "first-letter" },
  ]);
});

test("T70 two servers that start at once on an empty database migrate it once", async () => {
  await using database = await createTestDatabase({ empty: true });
  await using second = openDatabase({ url: database.url });
  await using watcher = openDatabase({ url: database.url });
  const applying = await watcher.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const both = [migrate(database.db, STEPS), migrate(second, STEPS)];
    await vi.waitFor(async () => {
      const waiting = await tx.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      expect(waiting).toHaveLength(2);
    });
    return { both };
  });
  const applied = await Promise.all(applying.both);
  expect(
    applied
      .flat()
      .map((step) => step.version)
      .toSorted(),
  ).toEqual([1, 2]);
  expect(await database.db.query("select letter from letters")).toEqual([{ letter: "a" }]);
});

test("T70 an older release refuses the schema of a newer one with a clear text", async () => {
  await using database = await createTestDatabase({ empty: true });
  await migrate(database.db, STEPS);
  await expect(migrate(database.db, STEPS.slice(0, 1))).rejects.toMatchObject({
    code: "schema_too_new",
    message: expect.stringContaining("schema version 2"),
  });
});

test("a migration that fails leaves nothing of itself behind", async () => {
  await using database = await createTestDatabase({ empty: true });
  const broken = { version: 2, name: "broken", sql: "insert into letters values ('b'); select 1/0" };
  await expect(migrate(database.db, [...STEPS.slice(0, 1), broken])).rejects.toMatchObject({ code: "22012" });
  expect(await database.db.query("select letter from letters")).toEqual([]);
  expect(await migrate(database.db, STEPS)).toEqual(STEPS.slice(1));
});

test("the release's own migrations are numbered without gaps, and their folder is checked", () => {
  const migrations = readMigrations();
  expect(migrations.length).toBeGreaterThan(0);
  expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  expect(() =>
    readMigrations(fileURLToPath(new URL("fixtures/misnamed-migrations", import.meta.url))),
  ).toThrow("should be number 1");
});
