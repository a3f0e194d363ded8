/** Servers and proxies of this machine that stand for others, and certificates that nobody has signed before. */
import { createServer, request as forward, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import {
  connect,
  createServer as createSocketServer,
  type AddressInfo,
  type Server as SocketServer,
  type Socket,
} from "node:net";
import { generate } from "selfsigned";

export interface Place extends AsyncDisposable {
  readonly port: number;
}

export async function listening(server: SocketServer, host = "127.0.0.1"): Promise<Place> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  };
  server.on("connection", keep);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  // Listening on a port, so an address and no pipe.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const year = 365 * 24 * 3600 * 1000;
const name = (value: string) => [{ name: "commonName", value }];

/** A private authority, as a company has one for the proxy that reads TLS. */
export async function authority(): Promise<Certificate> {
  const made = await generate(name("Test Authority"), {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - year),
    notAfterDate: new Date(Date.now() + year),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** A server's certificate by that authority; `until`: in milliseconds from now. */
export async function certificate(ca: Certificate, host: string, until = year): Promise<Certificate> {
  const made = await generate(name(host), {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - year),
    notAfterDate: new Date(Date.now() + until),
    ca,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }],
  });
  return { key: made.private, cert: made.cert };
}

export function secureServer({ key, cert }: Certificate, answer: RequestListener): Server {
  return createSecureServer({ key, cert }, answer);
}

/**
 * A proxy that knows one host: whatever is asked for, it connects to `port`. `seen` is what it was asked for;
 * `refuses`: it answers every request so.
 */
export function proxyTo(port: number, seen: string[], refuses?: number): Server {
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (refuses !== undefined) return void response.writeHead(refuses).end();
    const { pathname, search } = new URL(request.url ?? "");
    const onward = {
      port,
      host: "127.0.0.1",
      method: request.method,
      path: pathname + search,
      headers: request.headers,
    };
    request.pipe(
      forward(onward, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.on("connect", (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}${request.headers["proxy-authorization"] === undefined ? "" : " with password"}`);
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses} No\r\ncontent-length: 0\r\n\r\n`);
    joined(socket, port, "HTTP/1.1 200 Connection established\r\n\r\n");
  });
  return server;
}

/** SOCKS 5 without a password (RFC 1928), for names. */
export function socksTo(port: number, seen: string[]): SocketServer {
  return createSocketServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (asked: Buffer) => {
        const end = 5 + (asked[4] ?? 0);
        seen.push(`SOCKS ${asked.subarray(5, end).toString()}:${asked.readUInt16BE(end)}`);
        joined(socket, port, Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      });
    });
  });
}

function joined(socket: Socket, port: number, welcome: string | Buffer): void {
  const onward = connect(port, "127.0.0.1", () => {
    socket.write(welcome);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
  socket.on("close", () => onward.destroy());
}
