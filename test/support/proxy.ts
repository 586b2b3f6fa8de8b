import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be cut, as if the server had gone, and mended. */
export type ServerProxy = AsyncDisposable & {
  readonly url: string;
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
};

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

function forward(target: URL, sockets: Set<Socket>): Server {
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
    near.pipe(far).pipe(near);
  });
}

/** Starts a proxy to the server of a URL; `url` is the same address through it. */
export async function startProxy(target: string): Promise<ServerProxy> {
  const url = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined = forward(url, sockets);
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
      server = forward(url, sockets);
      await listen(server, port);
    },
    [Symbol.asyncDispose]: cut,
  };
}
