/** Invoke: functions. */
import { rpcs } from "../wire/messages.ts";
import { stripSecrets, wrap } from "../wire/secrets.ts";
import { runOperation } from "./operation.ts";
import { checkFailures } from "./responses.ts";
import { Rpc, secretProperties, take } from "./rpc.ts";

/** A function only reads: five minutes are more than any vendor's page takes. */
const timeoutSeconds = 300;

export const functions = {
  Invoke: new Rpc(rpcs.Invoke, async (session, request, call) => {
    const called = await session.function(request.tok);
    call.secrets.allow(called.words());
    const args = take(request.args, called.secrets, call);
    const { inputs, failures } = called.check(args.bare, session.definition.plainTexts);
    if (failures.length > 0) {
      // The engine drops arguments that are unknown in preview: what is missing then may well come.
      const awaited = request.preview && failures.every(({ missing }) => missing === true);
      return awaited ? { return: {} } : { failures: checkFailures(failures, args, call, "name") };
    }
    const secretInputs = secretProperties(args);
    const options = { urn: "", preview: request.preview, timeoutSeconds, mutates: false, secretInputs };
    const outputs = await runOperation(session, call, options, (verb) => called.invoke({ inputs, ...verb }));
    // Any part of an answer may repeat a secret argument: all of it is secret.
    const paths =
      args.paths.length > 0 ? Object.keys(outputs).map((key) => [key]) : stripSecrets(outputs, called.secrets).paths;
    return { return: wrap(outputs, paths) };
  }),
};
