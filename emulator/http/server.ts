import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "./answer.ts";

export type Incoming = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** Answers a request; `drop` closes the connection without an answer. */
export type Respond = (incoming: Incoming) => Promise<Answer | "drop">;

export type HttpServer = { readonly url: string; [Symbol.asyncDispose](): Promise<void> };

/** Starts an HTTP server on the loopback address; port 0 takes a free one. */
export async function startHttpServer(port: number, respond: Respond): Promise<HttpServer> {
  const server = createServer((request, response) => {
    serve(request, response, respond).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  const url = await listen(server, port);
  return {
    url,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(urlOf(server.address())));
  });
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") throw new Error("no TCP port was opened");
  return `http://127.0.0.1:${address.port}`;
}

async function serve(request: IncomingMessage, response: ServerResponse, respond: Respond): Promise<void> {
  const body = await readBody(request);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const answer = await respond({ method: request.method ?? "GET", url, headers: request.headers, body });
  if (answer === "drop") response.destroy();
  else await write(response, answer);
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.once("error", reject);
  });
}

async function write(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.lines) {
    response.writeHead(answer.status, { "content-type": "application/x-ndjson", ...answer.headers });
    await pipeline(Readable.from(blocksOf(answer.lines)), response);
    return;
  }
  const text = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  const type = answer.text === undefined ? "application/json;charset=utf-8" : "text/html;charset=utf-8";
  response.writeHead(answer.status, {
    ...(text === "" ? {} : { "content-type": type }),
    "content-length": Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}

/** Joins lines into larger blocks: a write for every line would cost more than the lines. */
function* blocksOf(lines: Iterable<string>): Generator<string> {
  let block = "";
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < 65_536) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
}
