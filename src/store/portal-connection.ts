import type { Queryable } from "./database.ts";

/** How a portal is connected; `heardAt` is when (ms) its latest kept delivery was received. */
export type PortalConnection = {
  readonly reason: string | null;
  readonly isSettingUp: boolean;
  readonly setUpError: string | null;
  readonly heardAt: number | null;
};

/** Returns how the portal is connected: why it is not at work, what its set-up came to, when it was last heard from. */
export async function readConnection(db: Queryable, portal: string): Promise<PortalConnection> {
  const [row] = await db.query<PortalConnection>(
    `select status_reason as reason, setup_due_at is not null as "isSettingUp", setup_error as "setUpError",
       (select received_at::float8 from inbox where portal_id = $1 order by inbox_id desc limit 1) as "heardAt"
     from portals where portal_id = $1`,
    [portal],
  );
  return row ?? { reason: null, isSettingUp: false, setUpError: null, heardAt: null };
}
