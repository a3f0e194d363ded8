/** 10,000 messages that no engine sends, and bytes that are no gRPC: no crash, no hang, memory as before. */
import { once } from "node:events";
import { connect } from "node:net";
import * as grpc from "@grpc/grpc-js";
import fc from "fast-check";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { asset, secret, sig, secretSig, struct, unknowns, urn } from "../protocol/plugin.ts";
import { thing } from "../protocol/toys.ts";
import { Toy } from "../protocol/toy.ts";
import { Memory } from "./memory.ts";

const methods = [
  "Check",
  "Diff",
  "Create",
  "Read",
  "Update",
  "Delete",
  "Invoke",
  "CheckConfig",
  "DiffConfig",
  "Configure",
  "GetSchema",
  "GetMapping",
  "GetPluginInfo",
  "Parameterize",
  "Nonsense",
];
const types = [
  "toy:index:Thing",
  "toy:index:Slot",
  "toy:index:Moody",
  "toy:index:Nothing",
  "",
  "::$",
  "toy:index:greet",
];

interface Message {
  readonly method: string;
  readonly bytes: Buffer;
}

const wrongSignatures = fc.constantFrom<unknown>(
  { [sig]: "nonsense" },
  { [sig]: 7 },
  { [sig]: null },
  { [sig]: secretSig },
  { [sig]: { [sig]: secretSig } },
  asset("h", { text: 5 }),
  { ...asset("h"), hash: [] },
  { ...asset("h"), [sig]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: [1] },
  { [sig]: "5cf8f73096256a8f31e491e813e4eb8e", urn: 7 },
  { [sig]: "803fd3297a5875dc03ca845dda5d2a98", value: "not negotiated" },
);

/** A request with a bag in it, whole. */
const request = fc
  .tuple(
    fc.constantFrom(...types),
    fc.oneof(
      thing("known", "secret", "unknown"),
      fc.dictionary(
        fc.string(),
        fc.oneof(wrongSignatures, fc.jsonValue(), fc.constantFrom(...Object.values(unknowns))),
        { maxKeys: 5 },
      ),
      fc
        .constantFrom("shelfId", "labels", "parts", "file")
        .chain((key) => fc.jsonValue().map((json) => ({ shelfId: "s", [key]: json }))),
    ),
    fc.constantFrom(
      "Check",
      "Diff",
      "Create",
      "Update",
      "Read",
      "Delete",
      "Invoke",
      "CheckConfig",
      "DiffConfig",
      "Configure",
    ),
  )
  .map(([type, bag, method]): Message => {
    const fields = struct({ ...bag, extra: secret("x") });
    const all = { urn: urn(type), type };
    const of = {
      Check: () => new providerPb.CheckRequest().setUrn(all.urn).setType(type).setNews(fields),
      CheckConfig: () => new providerPb.CheckRequest().setNews(fields),
      Diff: () =>
        new providerPb.DiffRequest()
          .setUrn(all.urn)
          .setOlds(fields)
          .setNews(fields)
          .setIgnorechangesList(["[", "a..b", `["`]),
      DiffConfig: () => new providerPb.DiffRequest().setOlds(fields).setNews(fields),
      Configure: () => new providerPb.ConfigureRequest().setArgs(fields),
      Create: () =>
        new providerPb.CreateRequest()
          .setUrn(all.urn)
          .setType(type)
          .setProperties(fields)
          .setTimeout(Number.NaN)
          .setPreview(true),
      Update: () =>
        new providerPb.UpdateRequest().setUrn(all.urn).setType(type).setOlds(fields).setNews(fields).setTimeout(-1),
      Read: () => new providerPb.ReadRequest().setUrn(all.urn).setType(type).setProperties(fields),
      Delete: () => new providerPb.DeleteRequest().setUrn(all.urn).setType(type).setProperties(fields),
      Invoke: () => new providerPb.InvokeRequest().setTok(type).setArgs(fields),
    } as const;
    return { method, bytes: Buffer.from(of[method as keyof typeof of]().serializeBinary()) };
  });

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 3, arbitrary: request },
  {
    weight: 3,
    arbitrary: fc
      .tuple(request, fc.nat())
      .map(([{ method, bytes }, at]) => ({ method, bytes: bytes.subarray(0, at % (bytes.length + 1)) })),
  },
  { weight: 3, arbitrary: fc.tuple(request, fc.array(fc.nat(), { minLength: 1, maxLength: 8 })).map(flipped) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...methods), fc.uint8Array({ maxLength: 200 }))
      .map(([method, bytes]) => ({ method, bytes: Buffer.from(bytes) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...methods), fc.nat(0x7fffffff))
      .map(([method, length]) => ({ method, bytes: lying(length) })),
  },
);

function flipped([{ method, bytes }, places]: [Message, number[]]): Message {
  const changed = Buffer.from(bytes);
  for (const place of places)
    changed.writeUInt8((changed[place % changed.length] ?? 0) ^ (1 << (place % 8)), place % changed.length);
  return { method, bytes: changed };
}

/** A field that says it is longer than the message. */
function lying(length: number): Buffer {
  return Buffer.concat([Buffer.from([0x1a]), varint(length), Buffer.from("short")]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

/** A Check whose one property is lists in lists, `depth` times. */
function deep(depth: number): Message {
  let inner: Buffer = Buffer.from(structPb.Value.fromJavaScript(true).serializeBinary());
  const wrapped = (tag: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag]), varint(bytes.length), bytes]);
  for (let level = 0; level < depth; level++) inner = wrapped(0x32, wrapped(0x0a, inner));
  const field = Buffer.concat([wrapped(0x0a, Buffer.from("anything")), wrapped(0x12, inner)]);
  const request = new providerPb.CheckRequest().setUrn(urn("toy:index:Thing")).setType("toy:index:Thing");
  return {
    method: "Check",
    bytes: Buffer.concat([Buffer.from(request.serializeBinary()), wrapped(0x1a, wrapped(0x0a, field))]),
  };
}

test("10,000 malformed messages: an answer to each, no crash, memory as before", { timeout: 60_000 }, async () => {
  await using toy = await Toy.start({ env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } });
  await using memory = await Memory.of(toy.plugin);
  const client = new grpc.Client(`127.0.0.1:${toy.plugin.port}`, grpc.credentials.createInsecure());
  const messages = fc.sample(message, { numRuns: 10_000, seed: 4 });
  await sendAll(client, messages.slice(0, 1_000));
  const before = await memory.used();

  const codes = await sendAll(client, messages);
  const depths = [10, 500, 900, 1_100, 10_000];
  const ofDeep = await sendAll(client, depths.map(deep));

  expect(new Set(codes)).toEqual(new Set(["OK", "INVALID_ARGUMENT", "UNIMPLEMENTED", "FAILED_PRECONDITION"]));
  expect(ofDeep).toEqual(["OK", "OK", "OK", ...depths.slice(3).map(() => "INVALID_ARGUMENT")]);
  expect(await memory.used()).toBeLessThan(before * 1.1);
  await toy.plugin.configure({ endpoint: toy.cloud.url });
  expect((await toy.resource("Slot").create({ place: "a", value: "b" })).id).toBe("a");
  expect(toy.plugin.process.exitCode).toBe(null);
  client.close();
});

test("bytes that are no gRPC harm nobody", async () => {
  await using toy = await Toy.start();
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const junk = fc.sample(fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 300 })), {
    numRuns: 300,
    seed: 4,
  });
  await Promise.all(
    junk.map(async ([greets, bytes]) => {
      const socket = connect(toy.plugin.port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.end(greets ? Buffer.concat([preface, bytes]) : bytes);
      socket.resume();
      await once(socket, "close");
    }),
  );
  expect((await toy.resource("Slot").create({ place: "a", value: "b" })).id).toBe("a");
});

async function sendAll(client: grpc.Client, messages: readonly Message[]): Promise<string[]> {
  const codes: string[] = [];
  const queue = messages.entries();
  const worker = async (): Promise<void> => {
    for (const [index, each] of queue) codes[index] = await send(client, each);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return codes;
}

function send(client: grpc.Client, { method, bytes }: Message): Promise<string> {
  const same = (buffer: Buffer): Buffer => buffer;
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + 10_000 };
    client.makeUnaryRequest(
      `/pulumirpc.ResourceProvider/${method}`,
      same,
      same,
      bytes,
      new grpc.Metadata(),
      options,
      (error) =>
        resolve(
          error === null
            ? "OK"
            : `${grpc.status[error.code]}${error.details.includes("unexpected failure") ? `: ${error.details}` : ""}`,
        ),
    );
  });
}
