/** An OpenTelemetry collector: keeps the spans of what is posted to it (OTLP in protobuf, by HTTP or gRPC). */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { BinaryReader } from "google-protobuf";

export interface Span {
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export class Collector implements AsyncDisposable {
  readonly #bodies: Buffer[] = [];
  readonly #server: Server;
  readonly #grpc = new grpc.Server();

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        this.#bodies.push(Buffer.concat(chunks));
        response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      });
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await once(collector.#server.listen(0, "127.0.0.1"), "listening");
    return collector;
  }

  /** As the engine has it: by gRPC. What is posted to either is kept. */
  async listenByGrpc(): Promise<string> {
    const same = (bytes: Buffer): Buffer => bytes;
    const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    const stream = { requestStream: false, responseStream: false };
    const by = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
    this.#grpc.addService(
      { export: { path, ...stream, ...by } },
      {
        export: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
          this.#bodies.push(call.request);
          done(null, Buffer.alloc(0));
        },
      },
    );
    const insecure = grpc.ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      this.#grpc.bindAsync("127.0.0.1:0", insecure, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    return `127.0.0.1:${port}`;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** All that came, as it came. */
  get bytes(): Buffer {
    return Buffer.concat(this.#bodies);
  }

  /** ExportTraceServiceRequest → ResourceSpans (1) → ScopeSpans (2) → Span (2). */
  get spans(): Span[] {
    return this.#bodies.flatMap((body) =>
      within([body], 1)
        .flatMap((resource) => within([resource], 2))
        .flatMap((scope) => within([scope], 2))
        .map(spanOf),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#grpc.forceShutdown();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function spanOf(bytes: Uint8Array): Span {
  const hex = (field: number): string => Buffer.from(within([bytes], field)[0] ?? []).toString("hex");
  const text = (of: Uint8Array, field: number): string => Buffer.from(within([of], field)[0] ?? []).toString("utf8");
  const attributes = within([bytes], 9).map((pair): [string, string] => [
    text(pair, 1),
    text(within([pair], 2)[0] ?? new Uint8Array(), 1),
  ]);
  return {
    trace: hex(1),
    id: hex(2),
    parent: hex(4),
    name: text(bytes, 5),
    attributes: Object.fromEntries(attributes),
  };
}

const delimited = 2;

/** The length-delimited fields of that number. */
function within(messages: readonly Uint8Array[], field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const message of messages) {
    const reader = new BinaryReader(message);
    while (reader.nextField()) {
      const type: number = reader.getWireType();
      if (reader.getFieldNumber() === field && type === delimited) found.push(reader.readBytes());
      else reader.skipField();
    }
  }
  return found;
}
