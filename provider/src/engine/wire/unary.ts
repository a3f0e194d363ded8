/**
 * gRPC's unary calls on Node's own HTTP/2, in and out: all that the protocol between engine and provider needs.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import { connect, createServer, type ClientHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { statusCodes, StatusError, type FailureStatus } from "./status.ts";
import { timeoutMs } from "./timeout.ts";

/** `details`: a serialised `google.rpc.Status`. */
export interface FailureReply {
  readonly ok: false;
  readonly status: FailureStatus;
  readonly message: string;
  readonly details?: Uint8Array;
}

export type Reply = { readonly ok: true; readonly bytes: Uint8Array } | FailureReply;

/** Always answers; `caller` is aborted when the client is gone. */
export type Method = (bytes: Uint8Array, caller: AbortController, traceparent: string | undefined) => Promise<Reply>;

/** The engine sends whole state files through these pipes; its own limit is the same. */
const maxMessageBytes = 400 * 1024 * 1024;
/** Flow control is for networks: between two processes each round of it is only a delay. */
const windowBytes = 16 * 1024 * 1024;
/** Partial state travels in the headers of an error; grpc-go takes so much of them, names and values counted. */
export const maxStatusBytes = 16 * 1024 * 1024;
const prefixBytes = 5;
const head = { ":status": 200, "content-type": "application/grpc+proto" };

/** Serves `methods` by their paths on every connection that is handed over. */
export function unaryServer(methods: ReadonlyMap<string, Method>): (connection: Socket) => void {
  const server = createServer({
    settings: { initialWindowSize: windowBytes },
    maxSendHeaderBlockLength: maxStatusBytes,
    // Messages in flight count as memory of the session: gRPC's limit is the one per message.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });
  server.on("session", (session) => session.setLocalWindowSize(windowBytes));
  // A connection that breaks ends its streams, and they end their calls.
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const method = methods.get(headers[":path"] ?? "");
    if (method === undefined) return send(stream, refusal("UNIMPLEMENTED", `there is no ${headers[":path"]}`));
    const caller = new AbortController();
    const gaveUp = (): void => caller.abort(new StatusError("CANCELLED", "the engine gave up on the call"));
    stream.on("aborted", gaveUp);
    const milliseconds = timeoutMs(headers["grpc-timeout"]);
    if (milliseconds !== undefined) {
      const timer = setTimeout(gaveUp, milliseconds);
      stream.on("close", () => clearTimeout(timer));
    }
    const { traceparent } = headers;
    receive(stream, (message) => {
      if (!message.ok) return send(stream, message);
      const parent = typeof traceparent === "string" ? traceparent : undefined;
      method(message.bytes, caller, parent).then(
        (reply) => send(stream, reply),
        (error: unknown) => send(stream, refusal("INTERNAL", String(error))),
      );
    });
  });
  return (connection) => {
    server.emit("connection", connection);
    connection.resume();
  };
}

/** One connection to a gRPC server, made when first needed and again after it broke. */
export class UnaryClient {
  readonly #address: string;
  #session: ClientHttp2Session | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** Resolves when the server has accepted the message; what it answers is not looked at. */
  tell(path: string, message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
      const stream = this.#connected().request(request);
      let status: unknown;
      const take = (headers: object): void => {
        if ("grpc-status" in headers) status = headers["grpc-status"];
      };
      stream.on("response", take).on("trailers", take).on("error", reject);
      stream.on("close", () =>
        status === "0" ? resolve() : reject(new Error(`${path}: gRPC status ${String(status)}`)),
      );
      stream.resume();
      stream.end(framed(message));
    });
  }

  #connected(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      this.#session = connect(`http://${this.#address}`);
      this.#session.on("error", () => undefined);
      this.#session.unref();
    }
    return this.#session;
  }
}

function receive(stream: ServerHttp2Stream, done: (message: Reply) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxMessageBytes + prefixBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  stream.on("end", () => {
    // What was broken off is no message.
    if (stream.aborted) return;
    const [only] = chunks;
    done(unframed(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks), length));
  });
}

/** A message is preceded by whether it is compressed, and its length. */
function unframed(frame: Buffer, received: number): Reply {
  if (received > maxMessageBytes + prefixBytes) {
    return refusal("RESOURCE_EXHAUSTED", `the message is longer than ${maxMessageBytes} bytes`);
  }
  if (frame.length < prefixBytes || frame.readUInt32BE(1) !== frame.length - prefixBytes) {
    return refusal("INVALID_ARGUMENT", "malformed message: it is not as long as it says");
  }
  if (frame[0] !== 0) return refusal("UNIMPLEMENTED", "compressed messages are not understood");
  return { ok: true, bytes: frame.subarray(prefixBytes) };
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

function send(stream: ServerHttp2Stream, reply: Reply): void {
  if (stream.destroyed || stream.headersSent) return;
  if (!reply.ok) {
    stream.respond({ ...head, ...trailersOf(reply) }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(reply.bytes));
}

function trailersOf({ status, message, details }: FailureReply): Record<string, string> {
  return {
    "grpc-status": String(statusCodes[status]),
    "grpc-message": percentEncoded(message),
    ...(details && { "grpc-status-details-bin": Buffer.from(details).toString("base64") }),
  };
}

/** Header fields hold printable ASCII. */
function percentEncoded(text: string): string {
  return Buffer.from(text)
    .toString("latin1")
    .replaceAll(/[^\x20-\x24\x26-\x7e]/g, (byte) => {
      return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    });
}

function refusal(status: FailureStatus, message: string): FailureReply {
  return { ok: false, status, message };
}
