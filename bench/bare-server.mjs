/**
 * The least that a provider on grpc-js can be: its resource keeps what it is given, and says a line in a
 * preview. What Node and grpc-js cost by themselves. Prints its port as a plugin does. Plain JavaScript: Node's TypeScript loader would
 * count as memory of the server.
 */
import * as grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

const text = { type: "string" };
const properties = {
  siteId: text,
  type: text,
  targets: { type: "array", items: text },
  contentHash: text,
  onCreate: text,
};
const schema = {
  name: "barenode",
  version: "0.1.0",
  provider: {},
  resources: { "barenode:index:Null": { properties, inputProperties: properties } },
};

/** @type {grpc.UntypedServiceImplementation} */
const implementation = {};

/**
 * @template Request, Response
 * @param {string} name
 * @param {(request: Request) => Response} answer
 */
function handle(name, answer) {
  /** @type {grpc.handleUnaryCall<Request, Response>} */
  const handler = (call, reply) => reply(null, answer(call.request));
  implementation[name] = handler;
}

handle("getPluginInfo", () => {
  const info = new pluginPb.PluginInfo();
  info.setVersion("0.1.0");
  return info;
});
handle("getSchema", () => {
  const response = new providerPb.GetSchemaResponse();
  response.setSchema(JSON.stringify(schema));
  return response;
});
handle("checkConfig", (/** @type {providerPb.CheckRequest} */ request) => {
  const response = new providerPb.CheckResponse();
  response.setInputs(request.getNews());
  return response;
});
handle("configure", () => {
  const response = new providerPb.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  return response;
});
handle("cancel", () => new emptyPb.Empty());
handle("check", (/** @type {providerPb.CheckRequest} */ request) => {
  const response = new providerPb.CheckResponse();
  response.setInputs(request.getNews());
  return response;
});
const engine = new engineGrpc.EngineClient(process.argv.at(-1) ?? "", grpc.credentials.createInsecure());

implementation["create"] = (
  /** @type {grpc.ServerUnaryCall<providerPb.CreateRequest, unknown>} */ { request },
  /** @type {grpc.sendUnaryData<unknown>} */ reply,
) => {
  const response = new providerPb.CreateResponse();
  response.setId("id");
  response.setProperties(request.getProperties());
  if (!request.getPreview()) return reply(null, response);
  const told = new enginePb.LogRequest();
  told.setSeverity(enginePb.LogSeverity.INFO);
  told.setUrn(request.getUrn());
  told.setMessage("will do nothing: this provider only records");
  engine.log(told, () => reply(null, response));
};

const server = new grpc.Server();
server.addService(providerGrpc.ResourceProviderService, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
