/** The RPCs about one resource's state: check, diff, create, read, update, delete. */
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type {
  CheckRequest,
  CheckResponse,
  CreateRequest,
  CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  ReadRequest,
  ReadResponse,
  UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Shape } from "./define.ts";
import { diffBags } from "./diff.ts";
import { OperationError } from "./errors.ts";
import { runOperation, type OperationOptions } from "./operation.ts";
import { typeOf, type Session } from "./provider.ts";
import type { Resource, StoredBags } from "./resource.ts";
import { checkFailures, diffResponse, initFailed } from "./responses.ts";
import { strip, wrap, wrapDerived, type Stripped } from "./secrets.ts";
import { unknownPaths, valueMap, type Path, type ValueMap } from "./values.ts";
import { decodeStruct, encodeStruct } from "./wire.ts";

export async function check<C, S extends Shape>(
  session: Session<C, S>,
  request: CheckRequest,
): Promise<CheckResponse> {
  const resource = await session.resource(tokenOf(request));
  const news = strip(decodeStruct(request.getNews()));
  const { inputs, failures } = resource.check(news.bare);
  const response = new providerPb.CheckResponse();
  response.setInputs(encodeStruct(protect(resource.inputs, inputs, [news])));
  response.setFailuresList(checkFailures(failures, news));
  return response;
}

export async function diff<C, S extends Shape>(session: Session<C, S>, request: DiffRequest): Promise<DiffResponse> {
  const resource = await session.resource(tokenOf(request));
  const olds = request.hasOldInputs()
    ? decodeStruct(request.getOldInputs())
    : onlyInputs(resource, decodeStruct(request.getOlds()));
  const news = decodeStruct(request.getNews());
  const changes = diffBags(normalised(resource, olds), normalised(resource, news), {
    replaceOn: resource.replaceOn,
    ignoreChanges: request.getIgnorechangesList(),
  });
  return diffResponse(changes, resource.singleton && changes.some((change) => change.replace));
}

export async function create<C, S extends Shape>(
  session: Session<C, S>,
  request: CreateRequest,
  caller: AbortSignal,
): Promise<CreateResponse> {
  const resource = await session.resource(tokenOf(request));
  const desired = strip(decodeStruct(request.getProperties()));
  const applied = await bring(session, resource, request, caller, desired, undefined);
  const response = new providerPb.CreateResponse();
  response.setId(applied.id);
  response.setProperties(applied.properties);
  return response;
}

export async function update<C, S extends Shape>(
  session: Session<C, S>,
  request: UpdateRequest,
  caller: AbortSignal,
): Promise<UpdateResponse> {
  const resource = await session.resource(tokenOf(request));
  const desired = strip(decodeStruct(request.getNews()));
  const outputs = strip(decodeStruct(request.getOlds()));
  const inputs = request.hasOldInputs()
    ? strip(decodeStruct(request.getOldInputs()))
    : { ...outputs, bare: onlyInputs(resource, outputs.bare) };
  const previous = { id: request.getId(), inputs, outputs };
  const applied = await bring(session, resource, request, caller, desired, previous);
  const response = new providerPb.UpdateResponse();
  response.setProperties(applied.properties);
  return response;
}

export async function read<C, S extends Shape>(
  session: Session<C, S>,
  request: ReadRequest,
  caller: AbortSignal,
): Promise<ReadResponse> {
  const resource = await session.resource(tokenOf(request));
  const outputs = strip(decodeStruct(request.getProperties()));
  const inputs = request.hasInputs()
    ? strip(decodeStruct(request.getInputs()))
    : { ...outputs, bare: onlyInputs(resource, outputs.bare) };
  const id = request.getId();
  const options = operationOptions(resource, request, caller, [inputs, outputs], false);
  const previous = request.hasProperties() ? { id, inputs: inputs.bare, outputs: outputs.bare } : undefined;
  const found = await runOperation(session, options, (operation) =>
    resource.read({ id, previous, operation, context: session.context }),
  );
  const response = new providerPb.ReadResponse();
  // Gone: no id, and properties unset; an empty bag would make an import claim that nothing can be imported.
  if (found === undefined) return response;
  response.setId(found.id);
  response.setInputs(encodeStruct(protect(resource.inputs, found.inputs, [inputs])));
  response.setProperties(encodeStruct(protectOutputs(resource, found.outputs, [inputs, outputs])));
  return response;
}

export async function remove<C, S extends Shape>(
  session: Session<C, S>,
  request: DeleteRequest,
  caller: AbortSignal,
): Promise<Empty> {
  const resource = await session.resource(tokenOf(request));
  const outputs = strip(decodeStruct(request.getProperties()));
  const inputs = request.hasOldInputs()
    ? strip(decodeStruct(request.getOldInputs()))
    : { ...outputs, bare: onlyInputs(resource, outputs.bare) };
  const options = operationOptions(resource, request, caller, [inputs, outputs], true);
  const stored = { id: request.getId(), inputs: inputs.bare, outputs: outputs.bare };
  await runOperation(session, options, async (operation) => {
    if (resource.singleton && session.written.has(place(resource.token, stored.id))) {
      operation.log.debug(`${stored.id} was written in this run under another name; it stays`);
      return;
    }
    await resource.delete({ ...stored, operation, context: session.context });
  });
  return new emptyPb.Empty();
}

interface Requested {
  getUrn(): string;
  getType(): string;
}

/** Create and update alike: preview or apply, and send back what is now true. */
async function bring<C, S extends Shape>(
  session: Session<C, S>,
  resource: Resource<C>,
  request: Requested & { getPreview(): boolean; getTimeout(): number },
  caller: AbortSignal,
  desired: Stripped,
  previous: { id: string; inputs: Stripped; outputs: Stripped } | undefined,
): Promise<{ id: string; properties: Struct }> {
  const preview = request.getPreview();
  const involved = previous === undefined ? [desired] : [desired, previous.inputs, previous.outputs];
  const options = operationOptions(resource, request, caller, involved, !preview);
  const stored: StoredBags | undefined = previous && {
    id: previous.id,
    inputs: previous.inputs.bare,
    outputs: previous.outputs.bare,
  };
  return await runOperation(session, options, async (operation) => {
    const call = { desired: desired.bare, previous: stored, operation, context: session.context };
    if (preview) {
      const outputs = await resource.preview(call);
      return { id: previous?.id ?? "", properties: encodeStruct(protectOutputs(resource, outputs, involved)) };
    }
    refuseUnknowns(desired.bare);
    const { id, outputs, problems = [] } = await resource.apply(call);
    session.written.add(place(resource.token, id));
    const properties = protectOutputs(resource, outputs, involved);
    if (problems.length > 0) throw initFailed(id, properties, problems);
    return { id, properties: encodeStruct(properties) };
  });
}

function operationOptions<C>(
  resource: Resource<C>,
  request: Requested & { getTimeout(): number; getPreview?(): boolean },
  caller: AbortSignal,
  involved: readonly Stripped[],
  mutates: boolean,
): OperationOptions {
  return {
    urn: request.getUrn(),
    preview: request.getPreview?.() ?? false,
    timeoutSeconds: request.getTimeout() > 0 ? request.getTimeout() : resource.timeout,
    mutates,
    secrets: involved.flatMap((stripped) => stripped.texts),
    caller,
  };
}

function tokenOf(request: Requested): string {
  const token = request.getType();
  return token === "" ? typeOf(request.getUrn()) : token;
}

function place(token: string, id: string): string {
  return `${token} ${id}`;
}

/** Spellings that mean the same are the same, also in state that an earlier version wrote. */
function normalised<C>(resource: Resource<C>, bag: ValueMap): ValueMap {
  return resource.check(strip(bag).bare).inputs;
}

function onlyInputs<C>(resource: Resource<C>, outputs: ValueMap): ValueMap {
  return valueMap(Object.entries(outputs).filter(([key]) => Object.hasOwn(resource.inputs, key)));
}

function refuseUnknowns(desired: ValueMap): void {
  const [path] = unknownPaths(desired);
  if (path !== undefined) {
    throw new OperationError("INVALID_ARGUMENT", `${path.join(".")} is still unknown outside a preview`);
  }
}

/** What was secret on the way in, or is declared secret, is secret on the way out. */
function protect(shape: Shape, bag: ValueMap, from: readonly Stripped[]): ValueMap {
  const declared: Path[] = Object.entries(shape)
    .filter(([key, schema]) => bag[key] !== undefined && schema.meta()?.["secret"] === true)
    .map(([key]) => [key]);
  return wrap(bag, [...declared, ...from.flatMap((stripped) => stripped.paths)]);
}

function protectOutputs<C>(resource: Resource<C>, outputs: ValueMap, from: readonly Stripped[]): ValueMap {
  const shape = { ...resource.inputs, ...resource.outputs };
  return wrapDerived(
    protect(shape, outputs, from),
    from.flatMap((stripped) => stripped.texts),
  );
}
