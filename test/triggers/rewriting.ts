/** A cloud whose answers are other than the emulator's: between the two stands a server that rewrites them. */
import { createServer, request, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer by the operation that it belongs to; what comes back is sent in its place. */
export type Rewrite = (action: string, answer: Answer) => Partial<Answer> | undefined;

export interface Rewriting extends AsyncDisposable {
  readonly origin: string;
  rewrite: Rewrite;
}

export async function rewriting(cloud: string): Promise<Rewriting> {
  const target = new URL(cloud);
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = request(
      { hostname: target.hostname, port: target.port, method, path: url, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("end", () => {
          const action = String(headers["x-acs-action"] ?? headers["x-tc-action"]);
          const given = {
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          };
          const { status, headers: told, body } = { ...given, ...proxy.rewrite(action, given) };
          const { "content-length": _length, "transfer-encoding": _encoding, ...others } = told;
          outgoing.writeHead(status, others).end(body);
        });
      },
    );
    forwarded.once("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: Rewriting = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rewrite: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
