/** Invoke: functions. */
import type { Shape } from "./define.ts";
import type { invokeRequest, invokeResponse } from "./messages.ts";
import { runOperation, type Call } from "./operation.ts";
import type { Decoded, Encodable } from "./protobuf.ts";
import type { Session } from "./provider.ts";
import { checkFailures } from "./responses.ts";
import { strip, wrap } from "./secrets.ts";

/** A function only reads: five minutes are more than any vendor's page takes. */
const timeoutSeconds = 300;

export async function callFunction<C, S extends Shape>(
  session: Session<C, S>,
  request: Decoded<typeof invokeRequest>,
  call: Call,
): Promise<Encodable<typeof invokeResponse>> {
  const called = await session.function(request.token);
  const args = strip(request.args ?? {}, called.secrets);
  for (const text of args.texts) call.secrets.push(text);
  const { inputs, failures } = called.check(args.bare);
  if (failures.length > 0) {
    // The engine drops arguments that are unknown in preview: what is missing then may well come.
    const awaited = request.preview && failures.every((failure) => failure.reason === "is required");
    return awaited ? { returned: {} } : { failures: checkFailures(failures, args, call.secrets) };
  }
  const options = { urn: "", preview: request.preview, timeoutSeconds, mutates: false };
  const outputs = await runOperation(session, call, options, (operation) =>
    called.invoke({ inputs, operation, context: session.context }),
  );
  // Nobody can tell which part of an answer gives away a secret question: all of it does.
  const secret = args.paths.length > 0 ? Object.keys(outputs) : called.secrets;
  const paths = secret.map((key) => [key]);
  return { returned: wrap(outputs, paths) };
}
