/** Invoke: functions. */
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { InvokeRequest, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Shape } from "./define.ts";
import { runOperation, type Call } from "./operation.ts";
import type { Session } from "./provider.ts";
import { checkFailures } from "./responses.ts";
import { declaredSecrets, strip, wrap } from "./secrets.ts";
import { decodeStruct, encodeStruct } from "./wire.ts";

/** A function only reads: five minutes are more than any vendor's page takes. */
const timeoutSeconds = 300;

export async function callFunction<C, S extends Shape>(
  session: Session<C, S>,
  request: InvokeRequest,
  call: Call,
): Promise<InvokeResponse> {
  const called = await session.function(request.getTok());
  const args = strip(decodeStruct(request.getArgs()), declaredSecrets(called.inputs));
  call.secrets.push(...args.texts);
  const { inputs, failures } = called.check(args.bare);
  const response = new providerPb.InvokeResponse();
  if (failures.length > 0) {
    // The engine drops arguments that are unknown in preview: what is missing then may well come.
    const awaited = request.getPreview() && failures.every((failure) => failure.reason === "is required");
    if (awaited) response.setReturn(encodeStruct({}));
    else response.setFailuresList(checkFailures(failures, args, call.secrets));
    return response;
  }
  const options = {
    urn: "",
    preview: request.getPreview(),
    timeoutSeconds,
    mutates: false,
  };
  const outputs = await runOperation(session, call, options, (operation) =>
    called.invoke({ inputs, operation, context: session.context }),
  );
  // Nobody can tell which part of an answer gives away a secret question: all of it does.
  const secret = args.paths.length > 0 ? Object.keys(outputs) : declaredSecrets(called.outputs);
  const paths = secret.map((key) => [key]);
  response.setReturn(encodeStruct(wrap(outputs, paths)));
  return response;
}
