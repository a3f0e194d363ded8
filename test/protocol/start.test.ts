/** Conformance: how the process starts and who it says it is (checks 1 to 7, raw gRPC). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  ConfigureResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { expect, test } from "vitest";
import packageJson from "../../provider/package.json" with { type: "json" };
import sdkJson from "../../sdk/nodejs/package.json" with { type: "json" };
import { Client, refused } from "./client.ts";
import { EngineLog, Plugin, pluginPath, urn } from "./plugin.ts";
import { Toy, toyPath } from "./toy.ts";

const plugins = [
  ["toy", toyPath],
  ["edgecache", pluginPath],
] as const;

test.each(plugins)("check 01 the first line on stdout is a port: %s", async (_, path) => {
  await using log = await EngineLog.start();
  for (const args of [
    [],
    [log.address],
    ["--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:1/api", log.address],
  ]) {
    const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "ignore"] });
    const [first] = await once(child.stdout, "data");
    expect(String(first)).toMatch(/^\d{2,5}\n$/);
    const socket = connect(Number(first), "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  }
});

test("check 02 Handshake equals Configure, and Configure supports previews", async () => {
  await using toy = await Toy.start();
  const request = new providerPb.ProviderHandshakeRequest();
  request.setEngineAddress(toy.log.address);
  request.setRootDirectory("/somewhere");
  request.setConfigureWithUrn(true);
  const handshake: ProviderHandshakeResponse = await toy.plugin.call("Handshake", request);
  const configure: ConfigureResponse = await toy.plugin.configure({ endpoint: toy.cloud.url });
  const flags = {
    secrets: handshake.getAcceptSecrets(),
    resources: handshake.getAcceptResources(),
    outputs: handshake.getAcceptOutputs(),
    naming: handshake.getSupportsAutonamingConfiguration(),
  };
  expect(flags).toEqual({ secrets: true, resources: true, outputs: true, naming: false });
  expect({
    secrets: configure.getAcceptsecrets(),
    resources: configure.getAcceptresources(),
    outputs: configure.getAcceptoutputs(),
    naming: configure.getSupportsAutonamingConfiguration(),
  }).toEqual(flags);
  expect(configure.getSupportspreview()).toBe(true);
});

test("check 03 fields from the future are ignored in every request", async () => {
  await using toy = await Toy.start();
  const requests = {
    Handshake: new providerPb.ProviderHandshakeRequest(),
    GetPluginInfo: new emptyPb.Empty(),
    GetSchema: new providerPb.GetSchemaRequest(),
    Check: new providerPb.CheckRequest().setUrn(urn("toy:index:Slot")),
    Diff: new providerPb.DiffRequest().setUrn(urn("toy:index:Slot")),
    Delete: new providerPb.DeleteRequest().setUrn(urn("toy:index:Slot")).setId("x"),
    Cancel: new emptyPb.Empty(),
  };
  // Field 1000, a text; field 1001, a number; field 1002, eight bytes.
  const future = Buffer.from([0xc2, 0x3e, 3, 97, 98, 99, 0xc8, 0x3e, 5, 0xd1, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [method, request] of Object.entries(requests)) {
    const bytes = Buffer.concat([Buffer.from(request.serializeBinary()), future]);
    const code = await raw(toy.plugin, method, bytes).then(
      () => "OK",
      (error: grpc.ServiceError) => grpc.status[error.code],
    );
    expect([method, code]).toEqual([method, method === "Delete" ? "FAILED_PRECONDITION" : "OK"]);
  }
});

test.each(plugins)("check 04 GetSchema answers before Configure, without credentials: %s", async (name, path) => {
  const bare = { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", TOY_TOKEN: "" };
  await using plugin = await Plugin.start({ path, env: bare });
  const response: GetSchemaResponse = await plugin.call("GetSchema", new providerPb.GetSchemaRequest());
  const schema: { name: string; resources: object } = JSON.parse(response.getSchema());
  expect(schema.name).toBe(name);
  expect(Object.keys(schema.resources)).not.toHaveLength(0);
  const future = new providerPb.GetSchemaRequest().setVersion(7);
  expect(await refused(plugin.call("GetSchema", future))).toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("check 05 the plugin, its schema and its SDK have one version", async () => {
  await using plugin = await Plugin.start();
  const info: PluginInfo = await plugin.call("GetPluginInfo", new emptyPb.Empty());
  const response: GetSchemaResponse = await plugin.call("GetSchema", new providerPb.GetSchemaRequest());
  expect(info.getVersion()).toBe(packageJson.version);
  expect(JSON.parse(response.getSchema())).toMatchObject({ version: packageJson.version });
  expect(sdkJson).toMatchObject({ version: packageJson.version, pulumi: { version: packageJson.version } });
});

test("check 06 Attach sends the log to another engine, and starts a new run", async () => {
  await using toy = await Toy.start();
  const moody = toy.resource("Moody");
  await moody.create({ name: "a", mode: "warns" });
  expect(toy.log.entries.map(({ message }) => message)).toContain("mind the gap");
  await toy.plugin.call("Cancel", new emptyPb.Empty());

  await using second = await EngineLog.start();
  await toy.plugin.call("Attach", new pluginPb.PluginAttach().setAddress(second.address));
  const before = toy.log.entries.length;
  await moody.create({ name: "b", mode: "warns" });
  expect(second.entries.map(({ message }) => message)).toContain("mind the gap");
  expect(toy.log.entries).toHaveLength(before);
});

test("check 07 what is not there is UNIMPLEMENTED or empty, never UNKNOWN", async () => {
  await using plugin = await Plugin.start({ path: toyPath });
  const refusedWith: Record<string, string> = {};
  for (const method of ["Parameterize", "Construct", "Call", "NoSuchMethod", "List"]) {
    refusedWith[method] = (await refused(raw(plugin, method, Buffer.alloc(0)))).code;
  }
  expect(new Set(Object.values(refusedWith))).toEqual(new Set(["UNIMPLEMENTED"]));
  await plugin.call("GetMapping", new providerPb.GetMappingRequest().setKey("terraform"));
  await plugin.call("GetMappings", new providerPb.GetMappingsRequest().setKey("terraform"));
  const unknownType = new Client(plugin, "toy:other:Thing").check({});
  expect(await refused(unknownType)).toMatchObject({
    code: "UNIMPLEMENTED",
    message: expect.stringContaining("toy 1.2.3"),
  });
});

test("connections that come before gRPC is loaded wait, and many are served", async () => {
  const child = spawn(process.execPath, [toyPath], { stdio: ["ignore", "pipe", "ignore"] });
  const [first] = await once(child.stdout, "data");
  const port = Number(first);
  // Half open: never says a word. Gone: hangs up before anybody looked.
  const silent = Array.from({ length: 50 }, () => connect(port, "127.0.0.1"));
  for (const gone of Array.from({ length: 50 }, () => connect(port, "127.0.0.1"))) {
    gone.on("connect", () => gone.resetAndDestroy()).on("error", () => undefined);
  }
  const versions = await Promise.all(Array.from({ length: 50 }, () => pluginVersion(port)));
  expect(new Set(versions)).toEqual(new Set(["1.2.3"]));
  for (const socket of silent) socket.destroy();
  child.kill("SIGINT");
  await once(child, "exit");
});

test("the plugin ends when its engine dies without a word, and not before", async () => {
  const engine = spawn(
    process.execPath,
    [
      "-e",
      `require("node:net").createServer(s => setTimeout(() => s.destroy(), 300)).listen(0, function () { console.log(this.address().port) })`,
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const [port] = await once(engine.stdout, "data");
  const plugin = spawn(process.execPath, [toyPath, `127.0.0.1:${Number(port)}`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(plugin.stdout, "data");
  // An engine hangs up on a connection that says nothing; that is not its end.
  await sleep(1_500);
  expect(plugin.exitCode).toBe(null);
  engine.kill("SIGKILL");
  const [code] = await once(plugin, "exit");
  expect(code).toBe(0);
});

function pluginVersion(port: number): Promise<string> {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  return call(client, "GetPluginInfo", Buffer.alloc(0)).then((bytes) => {
    client.close();
    return pluginPb.PluginInfo.deserializeBinary(bytes).getVersion();
  });
}

function raw(plugin: Plugin, method: string, bytes: Buffer): Promise<Buffer> {
  return call(plugin.client, method, bytes);
}

function call(client: grpc.Client, method: string, bytes: Buffer): Promise<Buffer> {
  const same = (buffer: Buffer): Buffer => buffer;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(`/pulumirpc.ResourceProvider/${method}`, same, same, bytes, (error, reply) =>
      error === null && reply !== undefined ? resolve(reply) : reject(error),
    );
  });
}
