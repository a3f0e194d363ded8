/** gRPC on HTTP/2, byte by byte: what grpc-js, the client of the other tests, never sends. */
import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { timeoutMs } from "../../provider/src/engine/wire/timeout.ts";
import { struct, urn } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

/** A call with exactly these bytes and headers; answers with what the server says about it. */
async function raw(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<IncomingHttpHeaders> {
  const session = connect(`http://127.0.0.1:${toy().plugin.port}`);
  try {
    const stream = session.request({
      ":method": "POST",
      ":path": `/pulumirpc.ResourceProvider/${path}`,
      "content-type": "application/grpc",
      ...headers,
    });
    let said: IncomingHttpHeaders = {};
    for (const event of ["response", "trailers"]) stream.on(event, (more) => (said = { ...said, ...more }));
    stream.resume();
    stream.end(body);
    await once(stream, "close");
    return said;
  } finally {
    session.close();
  }
}

function frame(message: Uint8Array, { compressed = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

const empty = new Uint8Array();

test("a call is answered with 200, the message's type and its status after it", async () => {
  expect(await raw("GetPluginInfo", frame(empty))).toMatchObject({
    ":status": 200,
    "content-type": "application/grpc+proto",
    "grpc-status": "0",
  });
});

test.each<[string, Buffer, number, RegExp]>([
  ["no message at all", Buffer.alloc(0), 3, /not as long as it says/],
  ["a message shorter than it says", frame(empty, { length: 9 }), 3, /not as long as it says/],
  ["a message longer than it says", frame(Buffer.from("more"), { length: 1 }), 3, /not as long as it says/],
  ["a compressed message", frame(empty, { compressed: 1 }), 12, /compressed/],
])("%s is refused in words", async (_what, body, status, words) => {
  const answer = await raw("GetPluginInfo", body);
  expect(answer).toMatchObject({ ":status": 200, "grpc-status": String(status) });
  expect(answer["grpc-message"]).toMatch(words);
});

test("a method that is not there is UNIMPLEMENTED", async () => {
  expect(await raw("Nonsense", frame(empty))).toMatchObject({ "grpc-status": "12" });
});

test("words beyond ASCII arrive as gRPC escapes them", async () => {
  const token = "toy:index:缓存 100%";
  const request = new providerPb.InvokeRequest().setTok(token).setArgs(struct({}));
  const answer = await raw("Invoke", frame(request.serializeBinary()));
  expect(answer["grpc-message"]).toMatch(/^[\x20-\x7e]+$/);
  expect(decodeURIComponent(String(answer["grpc-message"]))).toContain(token);
});

test("check 33 a deadline in the call's own header ends the work, though the caller stays", async () => {
  const type = "toy:index:Moody";
  const request = new providerPb.CreateRequest().setUrn(urn(type)).setType(type);
  request.setProperties(struct({ name: "late", mode: "partial" }));
  const begun = performance.now();
  const answer = await raw("Create", frame(request.serializeBinary()), { "grpc-timeout": "400m" });
  expect(answer).toMatchObject({ "grpc-status": "9", "grpc-message": "only half is done" });
  expect(performance.now() - begun).toBeLessThan(1_400);
});

test.each([
  ["1S", 1000],
  ["100m", 100],
  ["2M", 120_000],
  ["3H", 10_800_000],
  ["500u", 0.5],
  ["2000000n", 2],
  ["99999999H", 2 ** 31 - 1],
  ["100000000S", undefined],
  ["S", undefined],
  ["1s", undefined],
  [undefined, undefined],
])("a timeout of %s is %s ms", (header, ms) => {
  expect(timeoutMs(header)).toBe(ms);
});

test("a caller that breaks off in the middle of its message harms nobody", async () => {
  const session = connect(`http://127.0.0.1:${toy().plugin.port}`);
  session.on("error", () => undefined);
  const stream = session.request({ ":method": "POST", ":path": "/pulumirpc.ResourceProvider/Create" });
  stream.on("error", () => undefined);
  await new Promise((written) => stream.write(frame(Buffer.from("half"), { length: 1_000 }), written));
  session.destroy();
  expect(await raw("GetPluginInfo", frame(empty))).toMatchObject({ "grpc-status": "0" });
});
