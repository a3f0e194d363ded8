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
import { runOperation, type Call, type OperationOptions } from "./operation.ts";
import { typeOf, type Session } from "./provider.ts";
import type { Resource, StoredBags } from "./resource.ts";
import { checkFailures, diffResponse, initFailed } from "./responses.ts";
import { declaredSecrets, redact, strip, wrap, wrapDerived, type Stripped } from "./secrets.ts";
import { unknownPaths, valueMap, type ValueMap } from "./values.ts";
import { decodeStruct, encodeStruct } from "./wire.ts";

export async function check<C, S extends Shape>(
  session: Session<C, S>,
  request: CheckRequest,
  call: Call,
): Promise<CheckResponse> {
  const resource = await session.resource(tokenOf(request));
  const news = take(resource.inputs, request.getNews(), call);
  const { inputs, failures } = resource.check(news.bare);
  const response = new providerPb.CheckResponse();
  response.setInputs(encodeStruct(protect(resource.inputs, inputs, news)));
  response.setFailuresList(checkFailures(failures, news, call.secrets));
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
  // Read only when something replaces: a property's change, the program's `replaceOnChanges`, `--replace`.
  return diffResponse(changes, resource.singleton);
}

export async function create<C, S extends Shape>(
  session: Session<C, S>,
  request: CreateRequest,
  call: Call,
): Promise<CreateResponse> {
  const resource = await session.resource(tokenOf(request));
  const desired = take(resource.inputs, request.getProperties(), call);
  const applied = await bring(session, resource, request, call, desired, undefined);
  const response = new providerPb.CreateResponse();
  response.setId(applied.id);
  response.setProperties(applied.properties);
  return response;
}

export async function update<C, S extends Shape>(
  session: Session<C, S>,
  request: UpdateRequest,
  call: Call,
): Promise<UpdateResponse> {
  const resource = await session.resource(tokenOf(request));
  const desired = take(resource.inputs, request.getNews(), call);
  const stored = takeStored(resource, request.getId(), request.getOlds(), request.getOldInputs(), call);
  const applied = await bring(session, resource, request, call, desired, stored);
  const response = new providerPb.UpdateResponse();
  response.setProperties(applied.properties);
  return response;
}

export async function read<C, S extends Shape>(
  session: Session<C, S>,
  request: ReadRequest,
  call: Call,
): Promise<ReadResponse> {
  const resource = await session.resource(tokenOf(request));
  const stored = takeStored(resource, request.getId(), request.getProperties(), request.getInputs(), call);
  const previous = isState(resource, stored) ? bags(stored) : undefined;
  const options = operationOptions(resource, request, false);
  const found = await runOperation(session, call, options, (operation) =>
    resource.read({ id: stored.id, previous, operation, context: session.context }),
  );
  const response = new providerPb.ReadResponse();
  // Gone: no id, and properties unset; an empty bag would make an import claim that nothing can be imported.
  if (found === undefined) return response;
  response.setId(found.id);
  response.setInputs(encodeStruct(protect(resource.inputs, found.inputs, stored.inputs)));
  response.setProperties(encodeStruct(protectOutputs(resource, found.outputs, stored.outputs, stored)));
  return response;
}

export async function remove<C, S extends Shape>(
  session: Session<C, S>,
  request: DeleteRequest,
  call: Call,
): Promise<Empty> {
  const resource = await session.resource(tokenOf(request));
  const stored = takeStored(resource, request.getId(), request.getProperties(), request.getOldInputs(), call);
  await runOperation(session, call, operationOptions(resource, request, true), async (operation) => {
    if (resource.singleton && session.written.has(place(resource.token, stored.id))) {
      operation.log.debug(`${stored.id} was written in this run under another name; it stays`);
      return;
    }
    await resource.delete({ ...bags(stored), operation, context: session.context });
  });
  return new emptyPb.Empty();
}

interface Requested {
  getUrn(): string;
  getType(): string;
  getTimeout(): number;
}

interface Taken {
  readonly id: string;
  readonly inputs: Stripped;
  readonly outputs: Stripped;
}

/** Create and update alike: preview or apply, and send back what is now true. */
async function bring<C, S extends Shape>(
  session: Session<C, S>,
  resource: Resource<C>,
  request: Requested & { getPreview(): boolean },
  call: Call,
  desired: Stripped,
  stored: Taken | undefined,
): Promise<{ id: string; properties: Struct }> {
  const options = operationOptions(resource, request, true);
  return await runOperation(session, call, options, async (operation) => {
    const previous = stored && bags(stored);
    const wanted = { desired: desired.bare, previous, operation, context: session.context };
    if (options.preview) {
      const outputs = await resource.preview(wanted);
      const properties = protectOutputs(resource, outputs, desired, stored);
      return { id: stored?.id ?? "", properties: encodeStruct(properties) };
    }
    refuseUnknowns(desired.bare);
    const { id, outputs, problems = [] } = await resource.apply(wanted);
    if (id === "") throw new OperationError("INTERNAL", `${resource.token} was applied and gave no id`);
    session.written.add(place(resource.token, id));
    const properties = protectOutputs(resource, outputs, desired, stored);
    if (problems.length === 0) return { id, properties: encodeStruct(properties) };
    throw initFailed(
      id,
      properties,
      problems.map((problem) => redact(problem, call.secrets)),
    );
  });
}

function operationOptions<C>(
  resource: Resource<C>,
  request: Requested & { getPreview?(): boolean },
  mutates: boolean,
): OperationOptions {
  return {
    urn: request.getUrn(),
    preview: request.getPreview?.() ?? false,
    timeoutSeconds: request.getTimeout() > 0 ? request.getTimeout() : resource.timeout,
    mutates,
  };
}

function tokenOf(request: { getUrn(): string; getType(): string }): string {
  const token = request.getType();
  return token === "" ? typeOf(request.getUrn()) : token;
}

function place(token: string, id: string): string {
  return `${token} ${id}`;
}

/** Values come in: secrets off, and remembered for every message that this call sends. */
function take(shape: Shape, struct: Struct | undefined, call: Call): Stripped {
  const taken = strip(decodeStruct(struct), declaredSecrets(shape));
  call.secrets.push(...taken.texts);
  return taken;
}

/** Engines from before `old_inputs` send outputs only; the inputs are among them. */
function takeStored<C>(
  resource: Resource<C>,
  id: string,
  properties: Struct | undefined,
  oldInputs: Struct | undefined,
  call: Call,
): Taken {
  const outputs = take({ ...resource.inputs, ...resource.outputs }, properties, call);
  const inputs =
    oldInputs === undefined
      ? { ...outputs, bare: onlyInputs(resource, outputs.bare) }
      : take(resource.inputs, oldInputs, call);
  return { id, inputs, outputs };
}

function bags({ id, inputs, outputs }: Taken): StoredBags {
  return { id, inputs: inputs.bare, outputs: outputs.bare };
}

/** An import sends nothing where a refresh sends the state, and `.get` the program's arguments. */
function isState<C>(resource: Resource<C>, { inputs, outputs }: Taken): boolean {
  const own = Object.keys(resource.outputs);
  if (own.length > 0) return own.some((key) => key in outputs.bare);
  return resource.check(inputs.bare).failures.length === 0;
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
function protect(shape: Shape, bag: ValueMap, from: Stripped): ValueMap {
  const wrapped = wrap(bag, [...declaredSecrets(shape).map((key) => [key]), ...from.paths]);
  // A normal form may sort a list: what moved out from under its wrapper makes the whole property secret.
  return wrapDerived(wrapped, (key) => (from.paths.some(([top]) => top === key) ? from.texts : []));
}

/** An input's twin is as secret as the input is now; what else the state kept secret stays so. */
function protectOutputs<C>(
  resource: Resource<C>,
  outputs: ValueMap,
  now: Stripped,
  stored: Taken | undefined,
): ValueMap {
  const kept = stored?.outputs.paths.filter(([key]) => !Object.hasOwn(resource.inputs, key ?? "")) ?? [];
  const shape = { ...resource.inputs, ...resource.outputs };
  const declared = strip(outputs, declaredSecrets(shape)).texts;
  const texts = [...declared, ...now.texts, ...(stored?.inputs.texts ?? []), ...(stored?.outputs.texts ?? [])];
  const covered = protect(shape, outputs, { ...now, paths: [...now.paths, ...kept] });
  return wrapDerived(covered, (key) => (Object.hasOwn(resource.inputs, key) ? now.texts : texts));
}
