/** The RPCs about the provider itself: who it is, what it can, how it is configured, when it stops. */
import * as z from "zod";
import type { Shape } from "../define/contract.ts";
import { parseShape } from "../define/inputs.ts";
import { secretTexts } from "../define/secrecy.ts";
import { configureErrorMissingKeys, rpcs } from "../wire/messages.ts";
import { stripSecrets, wrap } from "../wire/secrets.ts";
import { StatusError } from "../wire/status.ts";
import { mapEntries, Secret, valueMap, type ValueMap } from "../wire/values.ts";
import { diffBags, outsideSecrets } from "./diff.ts";
import { checkFailures, diffResponse } from "./responses.ts";
import { Rpc, take } from "./rpc.ts";

export const lifecycle = {
  Handshake: new Rpc(rpcs.Handshake, async (session, { engineAddress }) => {
    session.begin(engineAddress);
    return { acceptSecrets: true, acceptResources: true, acceptOutputs: true };
  }),

  Attach: new Rpc(rpcs.Attach, async (session, { address }) => {
    session.begin(address);
    return {};
  }),

  GetPluginInfo: new Rpc(rpcs.GetPluginInfo, async ({ definition }) => ({
    version: definition.version,
  })),

  GetSchema: new Rpc(rpcs.GetSchema, async (session, { version }) => {
    if (version !== 0) throw new StatusError("INVALID_ARGUMENT", `unsupported schema version ${version}`);
    return { schema: await session.definition.schema() };
  }),

  /** `pulumi convert` asks what this provider is to other tools: nothing. */
  GetMapping: new Rpc(rpcs.GetMapping, async () => ({})),

  GetMappings: new Rpc(rpcs.GetMappings, async () => ({})),

  CheckConfig: new Rpc(rpcs.CheckConfig, async (session, { news = {} }, call) => {
    const config = await session.definition.config();
    const stripped = take(hiddenWhereUnknown(config.properties, news), config.secrets, call);
    const { failures } = config.check(stripped.bare, session.definition.plainTexts);
    // What is missing, Configure says: the engine then tells the user which `pulumi config set` to run.
    const wrong = failures.filter(({ missing }) => missing !== true);
    // The program's own words go back, in its own form: nothing from the environment, nothing of the engine's.
    const kept = valueMap(Object.entries(news).filter(([key]) => !key.startsWith("__")));
    return {
      inputs: wrap(kept, stripSecrets(kept, config.secrets).paths),
      failures: checkFailures(wrong, stripped, call),
    };
  }),

  DiffConfig: new Rpc(rpcs.DiffConfig, async (session, request) => {
    // Asked of a provider that the state has.
    session.usedBefore = true;
    const config = await session.definition.config();
    const bags = [request.oldInputs ?? request.olds ?? {}, request.news ?? {}];
    const stripped = bags.map((bag) => stripSecrets(bag, config.secrets));
    const [olds = valueMap(), news = valueMap()] = stripped.map(({ bare }) => config.check(bare).inputs);
    // A replaced provider would replace all that it owns. Whatever changes here, that stays where it is.
    const changes = diffBags(olds, news, { replaceOn: [], ignoreChanges: request.ignoreChanges });
    const secrets = stripped.flatMap(({ paths }) => paths);
    return diffResponse(outsideSecrets(changes, secrets), [], false);
  }),

  Configure: new Rpc(rpcs.Configure, async (session, request, call) => {
    const config = await session.definition.config();
    const { properties } = config;
    const { bare } = take(request.args, config.secrets, call);
    const { inputs, failures } = config.check(bare, session.definition.plainTexts);
    const missing = failures.filter(({ missing }) => missing === true).map(({ path }) => String(path[0]));
    if (missing.length > 0) throw missingKeys(session.definition.name, properties, missing);
    for (const { path, reason } of failures) {
      const key = `${session.definition.name}:${path.join(".")}`;
      throw new StatusError("INVALID_ARGUMENT", `configuration ${key}: ${reason}`);
    }
    const secrets = secretTexts(properties, inputs, (name) => session.host.environment(name));
    await session.configure(parseShape(z.object(properties), inputs, "the configuration"), secrets);
    return { acceptSecrets: true, acceptResources: true, acceptOutputs: true, supportsPreview: true };
  }),

  Cancel: new Rpc(rpcs.Cancel, async (session) => {
    session.cancel();
    return {};
  }),
};

/** The engine shows the value of a key it is told about: one that is misspelt may well be a secret's. */
function hiddenWhereUnknown(shape: Shape, bag: ValueMap): ValueMap {
  return mapEntries(bag, (value, key) => (Object.hasOwn(shape, key) || value === null ? value : new Secret(value)));
}

function missingKeys(name: string, shape: Shape, keys: readonly string[]): StatusError {
  const message = `missing required configuration: ${keys.map((key) => `${name}:${key}`).join(", ")}`;
  const bytes = configureErrorMissingKeys.encode({
    missingKeys: keys.map((key) => ({ name: key, description: shape[key]?.description ?? "" })),
  });
  return new StatusError("INVALID_ARGUMENT", message, { type: "ConfigureErrorMissingKeys", bytes });
}
