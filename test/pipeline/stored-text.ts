import type { Database } from "../../src/store/database.ts";

type Column = { readonly schema: string; readonly table: string };

const ENCODINGS = ["utf8", "latin1", "utf16le"] as const;

/** Returns the tables in which any row holds the text, as characters or, in one of these encodings, within bytes. */
export async function tablesHolding(db: Database, text: string): Promise<string[]> {
  const tables = await db.query<Column>(
    `select table_schema as schema, table_name as table from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  if (tables.length < 10) throw new Error("the scan does not see the tables");
  const bytes = ENCODINGS.map((encoding) => Buffer.from(text, encoding).toString("hex"));
  const holding: string[] = [];
  for (const { schema, table } of tables) {
    const [row] = await db.query<{ rows: number }>(
      `select count(*)::int as rows from "${schema}"."${table}" t 
       where exists (select 1 from unnest($1::text[]) as form where position(form in t::text) > 0)`,
      [[text, ...bytes]],
    );
    if ((row?.rows ?? 0) > 0) holding.push(table);
  }
  return holding;
}
