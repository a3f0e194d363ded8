/** The RPCs about the provider itself: who it is, what it can, how it is configured, when it stops. */
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
  CheckRequest,
  CheckResponse,
  ConfigureRequest,
  ConfigureResponse,
  DiffRequest,
  DiffResponse,
  GetMappingRequest,
  GetMappingResponse,
  GetMappingsRequest,
  GetMappingsResponse,
  GetSchemaRequest,
  GetSchemaResponse,
  ProviderHandshakeRequest,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import * as z from "zod";
import { parseConfig, secretTexts } from "./config.ts";
import type { Shape } from "./define.ts";
import { diffBags } from "./diff.ts";
import { OperationError } from "./errors.ts";
import { isKnown, parseShape } from "./inputs.ts";
import type { Call } from "./operation.ts";
import type { Session } from "./provider.ts";
import { checkFailures, diffResponse } from "./responses.ts";
import { declaredSecrets, strip, wrap } from "./secrets.ts";
import { valueMap, type ValueMap } from "./values.ts";
import { decodeStruct, encodeStruct } from "./wire.ts";

export function handshake<C, S extends Shape>(
  session: Session<C, S>,
  request: ProviderHandshakeRequest,
): ProviderHandshakeResponse {
  session.begin(request.getEngineAddress());
  const response = new providerPb.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  return response;
}

export function attach<C, S extends Shape>(session: Session<C, S>, request: PluginAttach): Empty {
  session.begin(request.getAddress());
  return new emptyPb.Empty();
}

export function getPluginInfo<C, S extends Shape>(session: Session<C, S>): PluginInfo {
  const info = new pluginPb.PluginInfo();
  info.setVersion(session.definition.version);
  return info;
}

export async function getSchema<C, S extends Shape>(
  session: Session<C, S>,
  request: GetSchemaRequest,
): Promise<GetSchemaResponse> {
  if (request.getVersion() !== 0) {
    throw new OperationError("INVALID_ARGUMENT", `unsupported schema version ${request.getVersion()}`);
  }
  const response = new providerPb.GetSchemaResponse();
  response.setSchema(await session.definition.schema());
  return response;
}

export function getMapping<C, S extends Shape>(_: Session<C, S>, _request: GetMappingRequest): GetMappingResponse {
  return new providerPb.GetMappingResponse();
}

export function getMappings<C, S extends Shape>(_: Session<C, S>, _request: GetMappingsRequest): GetMappingsResponse {
  return new providerPb.GetMappingsResponse();
}

export async function checkConfig<C, S extends Shape>(
  session: Session<C, S>,
  request: CheckRequest,
  call: Call,
): Promise<CheckResponse> {
  const news = decodeStruct(request.getNews());
  const { properties, check } = await session.definition.config();
  const secret = declaredSecrets(properties);
  const stripped = strip(news, [...secret, ...misspelt(properties, news)]);
  call.secrets.push(...stripped.texts);
  const { failures } = parseConfig(properties, stripped.bare, check);
  // What is missing, Configure says: the engine then tells the user which `pulumi config set` to run.
  const wrong = failures.filter((failure) => failure.reason !== "is required");
  const response = new providerPb.CheckResponse();
  // The program's own words go back, in its own dress: nothing from the environment, nothing of the engine's.
  const kept = valueMap(Object.entries(news).filter(([key]) => !key.startsWith("__")));
  const paths = secret.map((key) => [key]);
  response.setInputs(encodeStruct(wrap(kept, paths)));
  response.setFailuresList(checkFailures(wrong, stripped, call.secrets));
  return response;
}

export async function diffConfig<C, S extends Shape>(
  session: Session<C, S>,
  request: DiffRequest,
): Promise<DiffResponse> {
  const { properties, replaceOn, check } = await session.definition.config();
  const parse = (bag: ValueMap): ValueMap => parseConfig(properties, strip(bag).bare, check).values;
  const olds = parse(decodeStruct(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()));
  const news = parse(decodeStruct(request.getNews()));
  const changes = diffBags(olds, news, {
    // A replaced provider replaces all it owns: nothing to announce before the new value is known.
    replaceOn: replaceOn.filter((key) => isKnown(news, key)),
    ignoreChanges: request.getIgnorechangesList(),
  });
  return diffResponse(changes, false);
}

export async function configure<C, S extends Shape>(
  session: Session<C, S>,
  request: ConfigureRequest,
  call: Call,
): Promise<ConfigureResponse> {
  const { properties, check } = await session.definition.config();
  const args = request.hasArgs() ? decodeStruct(request.getArgs()) : variables(session, request);
  const { bare, texts } = strip(args, declaredSecrets(properties));
  call.secrets.push(...texts);
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
  const response = new providerPb.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setAcceptresources(true);
  response.setAcceptoutputs(true);
  response.setSupportspreview(true);
  return response;
}

export function cancel<C, S extends Shape>(session: Session<C, S>): Empty {
  session.cancel();
  return new emptyPb.Empty();
}

/** Configuration as engines before `args` sent it: `package:config:key` → text. */
function variables<C, S extends Shape>(session: Session<C, S>, request: ConfigureRequest): ValueMap {
  const prefix = `${session.definition.name}:config:`;
  const bag = valueMap();
  request.getVariablesMap().forEach((value: string, key: string) => {
    if (key.startsWith(prefix)) bag[key.slice(prefix.length)] = value;
  });
  return bag;
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
  const detail = new providerPb.ConfigureErrorMissingKeys();
  for (const key of keys) {
    const missing = new providerPb.ConfigureErrorMissingKeys.MissingKey();
    missing.setName(key);
    missing.setDescription(shape[key]?.description ?? "");
    detail.addMissingkeys(missing);
  }
  const message = `missing required configuration: ${keys.map((key) => `${session.definition.name}:${key}`).join(", ")}`;
  const bytes = detail.serializeBinary();
  return new OperationError("INVALID_ARGUMENT", message, { type: "ConfigureErrorMissingKeys", bytes });
}
