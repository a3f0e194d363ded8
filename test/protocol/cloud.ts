/** The toy cloud: things by id over HTTP, with a log of what was asked and answers on demand. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly id: string;
  readonly authorization: string;
  readonly body: string;
}

export class Cloud implements AsyncDisposable {
  readonly things = new Map<string, Record<string, unknown>>();
  readonly asked: Asked[] = [];
  /** Requests that the client gave up on. */
  dropped = 0;
  /** What is answered instead, while set: a status, `reset`, or nothing at all. */
  answer: number | "reset" | "silence" | undefined;
  url = "";
  readonly #server: Server;
  #writes = 0;

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void body(request).then((text) => {
        const id = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
        const { method = "", headers } = request;
        this.asked.push({ method, id, authorization: headers.authorization ?? "", body: text });
        response.on("close", () => {
          if (!response.writableFinished) this.dropped += 1;
        });
        if (this.answer === "reset") return request.socket.resetAndDestroy();
        if (this.answer === "silence") return undefined;
        if (this.answer !== undefined) return response.writeHead(this.answer).end("as you wish");
        const [status, reply] = this.#serve(method, id, text);
        return response.writeHead(status).end(reply);
      });
    });
  }

  static async start(): Promise<Cloud> {
    const cloud = new Cloud();
    await new Promise<void>((resolve) => cloud.#server.listen(0, "127.0.0.1", resolve));
    cloud.url = `http://127.0.0.1:${(cloud.#server.address() as AddressInfo).port}`;
    return cloud;
  }

  get writes(): Asked[] {
    return this.asked.filter(({ method }) => method !== "GET");
  }

  forget(): void {
    this.things.clear();
    this.asked.length = 0;
    this.dropped = 0;
    this.answer = undefined;
  }

  #serve(method: string, id: string, text: string): [number, string] {
    const thing = this.things.get(id);
    if (method === "PUT") {
      const etag = `e${(this.#writes += 1)}`;
      this.things.set(id, { ...JSON.parse(text), etag });
      return [200, etag];
    }
    if (thing === undefined) return [404, "no such thing"];
    if (method === "DELETE") this.things.delete(id);
    return [200, JSON.stringify(thing)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
