import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be cut, as if the server had gone, or swallow everything, and be mended. */
export type ServerProxy = AsyncDisposable & {
  readonly url: string;
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
  /** Resets every connection; new ones are made. */
  readonly reset: () => void;
  /** From now on connections stay open and are made, but nothing comes through; those never work again. */
  readonly swallow: () => void;
};

type Way = { readonly sockets: Set<Socket>; isHole: boolean };

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("The server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}

/** Returns a port that nobody uses. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await close(server);
  return port;
}

function forward(target: URL, way: Way): Server {
  const { sockets } = way;
  return createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (way.isHole) near.resume();
    else near.pipe(far).pipe(near);
  });
}

/** Starts a proxy to the server of a URL; `url` is the same address through it. */
export async function startProxy(target: string): Promise<ServerProxy> {
  const url = new URL(target);
  const sockets = new Set<Socket>();
  const way: Way = { sockets, isHole: false };
  let server: Server | undefined = forward(url, way);
  const port = await listen(server, 0);
  const through = new URL(target);
  through.host = `127.0.0.1:${port}`;
  const cut = async () => {
    if (!server) return;
    const closing = close(server);
    server = undefined;
    for (const socket of sockets) socket.destroy();
    await closing;
  };
  return {
    url: through.toString(),
    cut,
    async mend() {
      way.isHole = false;
      if (server) return;
      server = forward(url, way);
      await listen(server, port);
    },
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    swallow() {
      way.isHole = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    [Symbol.asyncDispose]: cut,
  };
}
