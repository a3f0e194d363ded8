/** The RPCs about the provider itself: who it is, what it can, how it is configured, when it stops. */
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
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
import { status as grpcStatus } from "@grpc/grpc-js";
import * as z from "zod";
import { parseConfig, secretTexts } from "./config.ts";
import type { Failure, Shape } from "./define.ts";
import { diffBags } from "./diff.ts";
import { OperationError } from "./errors.ts";
import { parseShape } from "./inputs.ts";
import type { Session } from "./provider.ts";
import { checkFailures, diffResponse } from "./responses.ts";
import { strip } from "./secrets.ts";
import { Secret, valueMap, type ValueMap } from "./values.ts";
import { decodeStruct, encodeStruct } from "./wire.ts";

export function handshake<C, S extends Shape>(
  session: Session<C, S>,
  request: ProviderHandshakeRequest,
): ProviderHandshakeResponse {
  if (request.getEngineAddress() !== "") session.attach(request.getEngineAddress());
  const response = new providerPb.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  return response;
}

export function attach<C, S extends Shape>(session: Session<C, S>, request: PluginAttach): Empty {
  session.attach(request.getAddress());
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
): Promise<CheckResponse> {
  const news = decodeStruct(request.getNews());
  const { properties, check } = await session.definition.config();
  const { failures } = parseConfig(properties, strip(news).bare, check);
  const response = new providerPb.CheckResponse();
  // The program's own words go back, in its own dress: nothing from the environment, nothing of the engine's.
  const kept = valueMap(Object.entries(news).filter(([key]) => !key.startsWith("__")));
  response.setInputs(encodeStruct(markSecrets(properties, kept)));
  response.setFailuresList(checkFailures(failures.map(named(properties)), strip(news)));
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
  return diffResponse(
    diffBags(olds, news, { replaceOn, ignoreChanges: request.getIgnorechangesList() }),
    false,
  );
}

export async function configure<C, S extends Shape>(
  session: Session<C, S>,
  request: ConfigureRequest,
): Promise<ConfigureResponse> {
  const { properties, check } = await session.definition.config();
  const { bare } = strip(request.hasArgs() ? decodeStruct(request.getArgs()) : variables(session, request));
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
  session.cancelled.abort(new OperationError("CANCELLED", "cancelled by the engine"));
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

function markSecrets(shape: Shape, bag: ValueMap): ValueMap {
  return valueMap(
    Object.entries(bag).map(([key, value]) => {
      const secret = shape[key]?.meta()?.["secret"] === true && !(value instanceof Secret);
      return [key, secret ? new Secret(value) : value];
    }),
  );
}

/** The engine shows the value of a named key: never name one that is secret, or misspelt and may be one. */
function named(shape: Shape): (failure: Failure) => Failure {
  return (failure) => {
    const schema = shape[String(failure.path[0])];
    return schema === undefined || schema.meta()?.["secret"] === true ? { path: [], reason: `${failure.path.join(".")}: ${failure.reason}` } : failure;
  };
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
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ConfigureErrorMissingKeys");
  const message = `missing required configuration: ${keys.map((key) => `${session.definition.name}:${key}`).join(", ")}`;
  const status = new statusPb.Status();
  status.setCode(grpcStatus.INVALID_ARGUMENT);
  status.setMessage(message);
  status.addDetails(packed);
  return new OperationError("INVALID_ARGUMENT", message, status.serializeBinary());
}
