/**
 * The least that a provider on grpc-js can be: every resource is created as it is given. Prints its
 * port as a plugin does. Plain JavaScript: Node's TypeScript loader would count as memory of the server.
 */
import * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

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
handle("configure", () => new providerPb.ConfigureResponse());
handle("check", (/** @type {providerPb.CheckRequest} */ request) => {
  const response = new providerPb.CheckResponse();
  response.setInputs(request.getNews());
  return response;
});
handle("create", (/** @type {providerPb.CreateRequest} */ request) => {
  const response = new providerPb.CreateResponse();
  response.setId("id");
  response.setProperties(request.getProperties());
  return response;
});

const server = new grpc.Server();
server.addService(providerGrpc.ResourceProviderService, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
