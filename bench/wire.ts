/** Part 4: from Configure to the first call that reaches a vendor. */
import http from "node:http";
import { once } from "node:events";
import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Part } from "./figure.ts";
import { interleaved } from "./measure.ts";
import { edgecache, EngineStub, repository, RunningPlugin } from "./plugins.ts";
import { siteId } from "./cloud.ts";

export const wire: Part = {
  title: "From Configure to the wire",
  method:
    "Median of 15 after 2 of warm-up, interleaved; a new process each time. edgecache: from sending Configure to the " +
    "arrival of the first HTTP request at the endpoint, the engine asking for a CacheTagConfig right after " +
    "Configure; the vendor's SDK is loaded in between. Against a script that does nothing but load the same SDK " +
    "unbundled and call GetCacheTag, from its first line on.",
  async run() {
    const ms = await interleaved({ edgecache: fromConfigure, script: fromScript }, { rounds: 15, warmUp: 2 });
    return [
      {
        what: "Configure to first vendor call on the wire",
        unit: "ms",
        edgecache: ms.edgecache,
        against: { name: "the SDK alone", value: ms.script },
      },
    ];
  },
};

async function fromConfigure(): Promise<number> {
  await using endpoint = await Endpoint.start();
  await using engine = await EngineStub.start();
  await using plugin = await RunningPlugin.start(edgecache, engine);
  await plugin.call("getPluginInfo", new emptyPb.Empty());
  const configure = new providerPb.ConfigureRequest();
  const keys = { alibabaAccessKeyId: "bench", alibabaAccessKeySecret: "bench", esaEndpoint: endpoint.url };
  configure.setArgs(structPb.Struct.fromJavaScript(keys));
  configure.setAcceptsecrets(true);
  const started = performance.now();
  await plugin.call("configure", configure);
  const create = new providerPb.CreateRequest();
  create.setUrn("urn:pulumi:bench::bench::edgecache:esa:CacheTagConfig::tags");
  create.setType("edgecache:esa:CacheTagConfig");
  create.setName("tags");
  create.setProperties(
    structPb.Struct.fromJavaScript({
      siteId,
      siteVersion: 0,
      tagName: "Cache-Tag",
      caseInsensitive: "off",
      onDelete: "reset",
    }),
  );
  // The endpoint never answers; the process is ended as soon as the request is there.
  const created = plugin.call("create", create).then(
    () => undefined,
    () => undefined,
  );
  const arrived = await Promise.race([endpoint.firstRequest, created]);
  if (arrived === undefined) throw new Error("Create ended without a call to the vendor");
  return arrived - started;
}

const script = `
  const { performance } = require("node:perf_hooks");
  process.stdout.write(String(performance.timeOrigin + performance.now()) + "\\n");
  const esa = require("@alicloud/esa20240910");
  const { $OpenApiUtil } = require("@alicloud/openapi-core");
  const [, host] = process.argv;
  const client = new esa.default(new $OpenApiUtil.Config({
    accessKeyId: "bench", accessKeySecret: "bench", endpoint: host, protocol: "http",
  }));
  client.getCacheTag(new esa.GetCacheTagRequest({ siteId: ${siteId} })).catch(() => {});
`;

async function fromScript(): Promise<number> {
  await using endpoint = await Endpoint.start();
  const child = spawn(process.execPath, ["-e", script, new URL(endpoint.url).host], {
    cwd: repository,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  const [first] = await once(child.stdout, "data");
  const started = Number(first) - performance.timeOrigin;
  const arrived = await Promise.race([endpoint.firstRequest, ended.then(() => undefined)]);
  child.kill("SIGKILL");
  await ended;
  if (arrived === undefined) throw new Error("the script ended without a call to the vendor");
  return arrived - started;
}

/** An HTTP server that notes when the first request arrives and never answers. */
class Endpoint implements AsyncDisposable {
  readonly url: string;
  readonly firstRequest: Promise<number>;
  readonly #server: http.Server;

  private constructor(server: http.Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.firstRequest = once(server, "request").then(() => performance.now());
  }

  static async start(): Promise<Endpoint> {
    const server = http.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Endpoint(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
