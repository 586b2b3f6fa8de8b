/** The migrated database that every test database is a copy of. */
export const TEMPLATE = "scorekeeper_template";

/** Returns the URL of another database on the same server. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.toString();
}
