import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { z } from "zod";
import type { ActionName } from "../../src/actions/actions.ts";
import { signRequest } from "../../src/hubspot/signature.ts";
import type { CardParts } from "../../webhooks/answer-card.ts";
import { createWorkflowRoute } from "../../webhooks/workflow-route.ts";

/** The secret that calls are signed with. */
export const CLIENT_SECRET = "a-client-secret";

type Signing = {
  readonly sign?: "v3" | "v2" | "not at all";
  readonly secret?: string;
  readonly aside?: number;
};

/** An execution as a test words it; what it leaves out is a contact in the server's portal and a new callback. */
type Asked = Signing & {
  readonly id: string;
  readonly score: string;
  readonly inputs?: object;
  readonly object?: string;
  readonly portal?: string;
  readonly callbackId?: string;
};

/** A server with the workflows' routes, and HubSpot's way of calling it. */
export type WorkflowServer = AsyncDisposable & {
  readonly url: string;
  /** Posts a body to a path under `/workflow-actions/`, signed. */
  post(path: string, body: unknown, signing?: Signing): Promise<Response>;
  /** Executes an action and returns its outputs; throws unless the answer is 200. */
  execute(action: ActionName, asked: Asked): Promise<{ readonly [name: string]: string }>;
};

const answerSchema = z.object({ outputFields: z.record(z.string(), z.string()) });

let executions = 0;

/** Returns the body of an execution as HubSpot sends it. */
export function executionBody(portal: string, { id, score, inputs, object = "CONTACT", callbackId }: Asked) {
  executions += 1;
  return {
    callbackId: callbackId ?? `ap-${portal}-${executions}-7-0`,
    origin: { portalId: Number(portal), actionDefinitionId: 10_646_377, actionDefinitionVersion: 1 },
    context: { source: "WORKFLOWS", workflowId: 192_814_114 },
    object: { objectId: Number(id), objectType: object, properties: {} },
    inputFields: { score, ...inputs },
  };
}

function headersOf(uri: string, body: string, signing: Signing, now: number): { [header: string]: string } {
  const { sign = "v3", secret = CLIENT_SECRET, aside = 0 } = signing;
  if (sign === "not at all") return {};
  const all = signRequest({ method: "POST", uri, body: Buffer.from(body) }, secret, now + aside, "v2");
  if (sign === "v3") return all;
  const { "X-HubSpot-Signature-v3": _, ...older } = all;
  return older;
}

/** Starts a server with the workflows' routes on a free port, called by workflows of `portal` unless a call says otherwise. */
export async function startWorkflowServer(
  parts: Pick<CardParts, "db" | "catalogue" | "queue" | "clock" | "log">,
  portal: string,
): Promise<WorkflowServer> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const route = createWorkflowRoute({ ...parts, publicUrl: url, secrets: [CLIENT_SECRET] });
  server.on("request", express().use(route));
  const post: WorkflowServer["post"] = (path, said, signing = {}) => {
    const body = typeof said === "string" ? said : JSON.stringify(said);
    const headers = headersOf(`${url}/workflow-actions/${path}`, body, signing, parts.clock.now());
    return fetch(`${url}/workflow-actions/${path}`, {
      ...{ method: "POST", body },
      headers: { "content-type": "application/json", ...headers },
    });
  };
  return {
    url,
    post,
    async execute(action, asked) {
      const answer = await post(action, executionBody(asked.portal ?? portal, asked), asked);
      if (answer.status !== 200)
        throw new Error(`${action} was answered with ${answer.status}: ${await answer.text()}`);
      return answerSchema.parse(await answer.json()).outputFields;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
