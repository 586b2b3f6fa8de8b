/** Where Sentinels that watch a Redis server are, and what they call it. */
export type SentinelAddress = {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly master: string;
  readonly db: number;
  /** Of the server; the Sentinels are asked without. */
  readonly username: string | undefined;
  readonly password: string | undefined;
};

const ADDRESS = /^redis\+sentinel:\/\/(?:([^/@:]*)(?::([^/@]*))?@)?([^/@?#]+)\/([^/?#]+)(?:\/(\d+))?$/;
const HOST_AND_PORT = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+):(\d+)$/;

function readSentinel(text: string): { host: string; port: number } | undefined {
  const [, host, port] = HOST_AND_PORT.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function decoded(text: string | undefined): string | undefined {
  return text ? decodeURIComponent(text) : undefined;
}

/** Reads `redis+sentinel://[user:password@]host:port[,host:port…]/master-name[/db]`; undefined where the text is none. */
export function parseSentinelAddress(text: string): SentinelAddress | undefined {
  const [, username, password, hosts = "", master = "", db = "0"] = ADDRESS.exec(text) ?? [];
  const sentinels = hosts.split(",").map(readSentinel);
  const known = sentinels.filter((sentinel) => sentinel !== undefined);
  if (known.length === 0 || known.length < sentinels.length) return undefined;
  try {
    return {
      sentinels: known,
      master: decodeURIComponent(master),
      db: Number(db),
      username: decoded(username),
      password: decoded(password),
    };
  } catch {
    return undefined;
  }
}
