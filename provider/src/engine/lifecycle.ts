/** The RPCs about the provider itself: who it is, what it can, how it is configured, when it stops. */
import * as z from "zod";
import { parseConfig, secretTexts } from "./config.ts";
import type { Shape } from "./define.ts";
import { diffBags } from "./diff.ts";
import { OperationError } from "./errors.ts";
import { isKnown, parseShape } from "./inputs.ts";
import * as messages from "./messages.ts";
import type { Call } from "./operation.ts";
import type { Decoded, Encodable } from "./protobuf.ts";
import type { Session } from "./provider.ts";
import { checkFailures, diffResponse } from "./responses.ts";
import { declaredSecrets, strip, wrap } from "./secrets.ts";
import { valueMap, type ValueMap } from "./values.ts";

export function handshake<C, S extends Shape>(
  session: Session<C, S>,
  { engineAddress }: Decoded<typeof messages.handshakeRequest>,
): Encodable<typeof messages.handshakeResponse> {
  session.begin(engineAddress);
  return { acceptSecrets: true, acceptResources: true, acceptOutputs: true };
}

export function attach<C, S extends Shape>(
  session: Session<C, S>,
  { address }: Decoded<typeof messages.attachRequest>,
): object {
  session.begin(address);
  return {};
}

export function getPluginInfo<C, S extends Shape>(session: Session<C, S>): Encodable<typeof messages.pluginInfo> {
  return { version: session.definition.version };
}

export async function getSchema<C, S extends Shape>(
  session: Session<C, S>,
  { version }: Decoded<typeof messages.schemaRequest>,
): Promise<Encodable<typeof messages.schemaResponse>> {
  if (version !== 0) throw new OperationError("INVALID_ARGUMENT", `unsupported schema version ${version}`);
  return { schema: await session.definition.schema() };
}

/** `pulumi convert` asks what this provider is to other tools: nothing. */
export function getMapping(): object {
  return {};
}

export async function checkConfig<C, S extends Shape>(
  session: Session<C, S>,
  { news = {} }: Decoded<typeof messages.checkRequest>,
  call: Call,
): Promise<Encodable<typeof messages.checkResponse>> {
  const { properties, check } = await session.definition.config();
  const secret = declaredSecrets(properties);
  const stripped = strip(news, [...secret, ...misspelt(properties, news)]);
  for (const text of stripped.texts) call.secrets.push(text);
  const { failures } = parseConfig(properties, stripped.bare, check);
  // What is missing, Configure says: the engine then tells the user which `pulumi config set` to run.
  const wrong = failures.filter((failure) => failure.reason !== "is required");
  // The program's own words go back, in its own dress: nothing from the environment, nothing of the engine's.
  const kept = valueMap(Object.entries(news).filter(([key]) => !key.startsWith("__")));
  const paths = secret.map((key) => [key]);
  return { inputs: wrap(kept, paths), failures: checkFailures(wrong, stripped, call.secrets) };
}

export async function diffConfig<C, S extends Shape>(
  session: Session<C, S>,
  request: Decoded<typeof messages.diffRequest>,
): Promise<Encodable<typeof messages.diffResponse>> {
  const { properties, replaceOn, check } = await session.definition.config();
  const parse = (bag: ValueMap = {}): ValueMap => parseConfig(properties, strip(bag).bare, check).values;
  const olds = parse(request.oldInputs ?? request.olds);
  const news = parse(request.news);
  const changes = diffBags(olds, news, {
    // A replaced provider replaces all it owns: nothing to announce before the new value is known.
    replaceOn: replaceOn.filter((key) => isKnown(news, key)),
    ignoreChanges: request.ignoreChanges,
  });
  return diffResponse(changes, [], false);
}

export async function configure<C, S extends Shape>(
  session: Session<C, S>,
  request: Decoded<typeof messages.configureRequest>,
  call: Call,
): Promise<Encodable<typeof messages.configureResponse>> {
  const { properties, check } = await session.definition.config();
  const args = request.args ?? fromVariables(session.definition.name, request.variables);
  const { bare, texts } = strip(args, declaredSecrets(properties));
  for (const text of texts) call.secrets.push(text);
  const { values, failures } = parseConfig(properties, bare, check);
  const missing = failures.filter((failure) => failure.reason === "is required").map(({ path }) => String(path[0]));
  if (missing.length > 0) throw missingKeys(session, properties, missing);
  const failure = failures[0];
  if (failure !== undefined) {
    throw new OperationError(
      "INVALID_ARGUMENT",
      `configuration ${session.definition.name}:${failure.path.join(".")}: ${failure.reason}`,
    );
  }
  const environment = (name: string): string | undefined => session.host.environment(name);
  await session.configure(
    parseShape(z.object(properties), values, "the configuration"),
    secretTexts(properties, values, environment),
  );
  return { acceptSecrets: true, acceptResources: true, acceptOutputs: true, supportsPreview: true };
}

export function cancel<C, S extends Shape>(session: Session<C, S>): object {
  session.cancel();
  return {};
}

/** Configuration as engines before `args` sent it: `package:config:key` → text. */
function fromVariables(name: string, variables: Decoded<typeof messages.configureRequest>["variables"]): ValueMap {
  const prefix = `${name}:config:`;
  const own = variables.flatMap((entry) => {
    const { key = "", value = "" } = entry ?? {};
    return key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [];
  });
  return valueMap(own);
}

/** The engine shows the value of a key it is told about: one that is misspelt may well be a secret's. */
function misspelt(shape: Shape, bag: ValueMap): string[] {
  return Object.keys(bag).filter((key) => !Object.hasOwn(shape, key));
}

function missingKeys<C, S extends Shape>(
  session: Session<C, S>,
  shape: Shape,
  keys: readonly string[],
): OperationError {
  const message = `missing required configuration: ${keys.map((key) => `${session.definition.name}:${key}`).join(", ")}`;
  const bytes = messages.missingKeys.encode({
    missingKeys: keys.map((name) => ({ name, description: shape[name]?.description ?? "" })),
  });
  return new OperationError("INVALID_ARGUMENT", message, { type: "ConfigureErrorMissingKeys", bytes });
}
