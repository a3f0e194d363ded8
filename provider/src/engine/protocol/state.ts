/** The RPCs about one resource's state: check, diff, create, read, update, delete. */
import type { Failure, Log, Shape } from "../define/contract.ts";
import { normalForm } from "../define/inputs.ts";
import type { Declared, Resource, StoredBags } from "../define/resource.ts";
import { nameInUrn } from "../define/urn.ts";
import { rpcs } from "../wire/messages.ts";
import { stripSecrets, type Stripped } from "../wire/secrets.ts";
import { StatusError } from "../wire/status.ts";
import { items, unknownPaths, valueMap, type Path, type Value, type ValueMap } from "../wire/values.ts";
import { diffBags, outsideSecrets, topLevel } from "./diff.ts";
import { runOperation, type OperationOptions } from "./operation.ts";
import { initFailed } from "./partial.ts";
import { protect, protectOutputs } from "./protect.ts";
import { checkFailures, diffResponse } from "./responses.ts";
import { Rpc, secretProperties, take, tell, type Call } from "./rpc.ts";
import { typeOf, type Session } from "./session.ts";
import { shownFew } from "./shown.ts";

export const state = {
  Check: new Rpc(rpcs.Check, async (session, request, call) => {
    const resource = await resourceOf(session, request, call);
    session.refreshed.delete(request.urn);
    const news = take(request.news, resource.secrets, call);
    const { inputs, failures } = resource.check(news.bare, session.definition.plainTexts);
    const twice = failures.length > 0 ? [] : declaredTwice(session, resource, request.urn, inputs);
    return {
      inputs: protect(resource, inputs, news),
      failures: checkFailures([...failures, ...twice], news, call),
    };
  }),

  Diff: new Rpc(rpcs.Diff, async (session, request) => {
    const resource = await session.resource(tokenOf(request));
    const olds = request.oldInputs ?? onlyInputs(resource, request.olds ?? {});
    const stripped = [olds, request.news ?? {}].map((bag) => stripSecrets(bag, resource.secrets));
    const [before = valueMap(), after = valueMap()] = stripped.map(({ bare }) => bare);
    // Spellings that mean the same are the same, also in state that an earlier version wrote.
    const differing = topLevel(diffBags(before, after, { replaceOn: [] }).map(({ path }) => path));
    const normal = (bag: ValueMap): ValueMap => normalForm(resource.inputs, bag, differing);
    const all = diffBags(normal(before), normal(after), {
      replaceOn: resource.replaceOn,
      ignoreChanges: request.ignoreChanges,
    });
    const changes = outsideSecrets(
      all,
      stripped.flatMap(({ paths }) => paths),
    );
    const outputs = stripSecrets(request.olds ?? {}).bare;
    // A refresh compares what it has just read: work that is left over is no drift of the cloud's.
    const open = session.refreshed.has(request.urn) ? [] : resource.unfinished(outputs, after);
    const unfinished = open.flatMap((name) => eachItem(name, outputs[name] ?? null));
    // Read only when something replaces: a property's change, the program's `replaceOnChanges`, `--replace`.
    return diffResponse(changes, unfinished, resource.singleton);
  }),

  Create: new Rpc(rpcs.Create, async (session, request, call) => {
    const resource = await resourceOf(session, request, call);
    const desired = take(request.properties, resource.secrets, call);
    return await previewOrApply(session, resource, request, call, desired, undefined);
  }),

  Read: new Rpc(rpcs.Read, async (session, request, call) => {
    const resource = await resourceOf(session, request, call);
    const stored = takeStored(resource, request.id, request.properties, request.inputs, call);
    const previous = isState(resource, stored) ? bags(stored) : undefined;
    if (previous !== undefined) session.refreshed.add(request.urn);
    const options = operationOptions(resource, request, stored.inputs, false);
    const found = await runOperation(session, call, options, (verb) =>
      resource.read({ id: stored.id, previous, ...verb }),
    );
    // Gone: no id, and properties unset; an empty bag would make an import claim that nothing can be imported.
    if (found === undefined) return {};
    const inputs = protect(resource, found.inputs, stored.inputs);
    return { id: found.id, inputs, properties: protectOutputs(resource, found.outputs, stored.outputs, stored, call) };
  }),

  Update: new Rpc(rpcs.Update, async (session, request, call) => {
    const resource = await resourceOf(session, request, call);
    const desired = take(request.news, resource.secrets, call);
    const stored = takeStored(resource, request.id, request.olds, request.oldInputs, call);
    const { properties } = await previewOrApply(session, resource, request, call, desired, stored);
    return { properties };
  }),

  Delete: new Rpc(rpcs.Delete, async (session, request, call) => {
    const resource = await resourceOf(session, request, call);
    const stored = takeStored(resource, request.id, request.properties, request.oldInputs, call);
    await runOperation(session, call, operationOptions(resource, request, stored.inputs, true), async (verb) => {
      if (resource.singleton && staysFor(session, resource, request.urn, stored, verb.operation.log)) return;
      await resource.delete({ ...bags(stored), ...verb });
    });
    return {};
  }),
};

/** Whether another resource declares the singleton's place, or this run wrote it: deleting would wipe that. */
function staysFor<C, S extends Shape>(
  session: Session<C, S>,
  resource: Resource<C>,
  urn: string,
  stored: Taken,
  log: Log,
): boolean {
  const [other] = session.othersDeclaring(place(resource.token, stored.id), urn);
  if (other === undefined) return session.written.has(place(resource.token, stored.id));
  const [name, alias] = [nameInUrn(other), `aliases: [{ name: "${nameInUrn(urn)}" }]`];
  const kept = resource.keepsOnly(bags(stored));
  if (kept !== undefined) {
    throw new StatusError(
      "FAILED_PRECONDITION",
      `${nameInUrn(urn)} is not deleted: ${name} of this program declares the same ${stored.id}, and only the state of ${nameInUrn(urn)} has ${kept}. ` +
        `If it was renamed: pulumi state delete '${other}', give ${name} ${alias}, and run again. ` +
        `To give that up: pulumi state delete '${urn}'`,
    );
  }
  log.warn(
    `${stored.id} is left as it is: ${name} of this program declares it. If ${nameInUrn(urn)} was renamed, say so: ${alias}`,
  );
  return true;
}

/** Two declarations of one place would overwrite each other at every run. */
function declaredTwice<C, S extends Shape>(
  session: Session<C, S>,
  resource: Resource<C>,
  urn: string,
  inputs: ValueMap,
): readonly Failure[] {
  const id = resource.placeOf(inputs);
  if (id === undefined) return [];
  const key = place(resource.token, id);
  const [other] = session.othersDeclaring(key, urn);
  session.declare(key, urn);
  if (other === undefined) return [];
  const [property = ""] = resource.replaceOn;
  const reason = `${id} is declared twice: by ${nameInUrn(other)} and by ${nameInUrn(urn)}, and each would overwrite the other. Declare it once`;
  return [{ path: [property], reason }];
}

/** A diff names the items of a list, not only the list. */
function eachItem(name: string, value: Value): Path[] {
  const steps = items(value).map(([step]) => [name, step]);
  return steps.length > 0 ? steps : [[name]];
}

interface Requested {
  readonly urn: string;
  readonly type: string;
  readonly timeout: number;
  readonly preview?: boolean;
}

interface Taken {
  readonly id: string;
  readonly inputs: Stripped;
  readonly outputs: Stripped;
}

/** Create and update alike; answers with what is true now. */
async function previewOrApply<C, S extends Shape>(
  session: Session<C, S>,
  resource: Resource<C>,
  request: Requested,
  call: Call,
  desired: Stripped,
  stored: Taken | undefined,
): Promise<{ id: string; properties: ValueMap }> {
  const options = operationOptions(resource, request, desired, true);
  return await runOperation(session, call, options, async (verb) => {
    const wanted = { desired: desired.bare, previous: stored && bags(stored), ...verb };
    if (options.preview) {
      const outputs = await resource.preview(wanted);
      return { id: stored?.id ?? "", properties: protectOutputs(resource, outputs, desired, stored, call) };
    }
    refuseUnknowns(desired.bare);
    const { id, outputs, problems = [] } = await resource.apply(wanted);
    if (id === "") throw new StatusError("INTERNAL", `${resource.token} was applied and gave no id`);
    session.written.add(place(resource.token, id));
    const properties = protectOutputs(resource, outputs, desired, stored, call);
    if (problems.length === 0) return { id, properties };
    const reasons = shownFew(
      problems.map((problem) => tell(problem, call)),
      (count) => `and ${count.toLocaleString("en")} more problems`,
    );
    throw initFailed({ id, properties, reasons }, (key) => Object.hasOwn(resource.inputs, key));
  });
}

function operationOptions<C>(
  resource: Resource<C>,
  { urn, timeout, preview = false }: Requested,
  inputs: Stripped,
  mutates: boolean,
): OperationOptions {
  const timeoutSeconds = timeout > 0 ? timeout : resource.timeout;
  return { urn, preview, timeoutSeconds, mutates, secretInputs: secretProperties(inputs) };
}

async function resourceOf<C, S extends Shape>(
  session: Session<C, S>,
  request: Pick<Requested, "urn" | "type">,
  call: Call,
): Promise<Resource<C>> {
  const resource = await session.resource(tokenOf(request));
  call.secrets.allow(resource.words());
  return resource;
}

function tokenOf({ urn, type }: { readonly urn: string; readonly type: string }): string {
  return type === "" ? typeOf(urn) : type;
}

function place(token: string, id: string): string {
  return `${token} ${id}`;
}

/** Engines from before `old_inputs` send outputs only; the inputs are among them. */
function takeStored(
  resource: Declared,
  id: string,
  properties: ValueMap | undefined,
  oldInputs: ValueMap | undefined,
  call: Call,
): Taken {
  const outputs = take(properties, resource.secrets, call, resource.open());
  if (oldInputs !== undefined) return { id, inputs: take(oldInputs, resource.secrets, call), outputs };
  return { id, inputs: { ...outputs, bare: onlyInputs(resource, outputs.bare) }, outputs };
}

function bags({ id, inputs, outputs }: Taken): StoredBags {
  return { id, inputs: inputs.bare, outputs: outputs.bare };
}

/** An import sends nothing where a refresh sends the state, and `.get` the program's arguments. */
function isState(resource: Declared, { inputs, outputs }: Taken): boolean {
  const own = Object.keys(resource.outputs);
  if (own.length > 0) return own.some((key) => key in outputs.bare);
  return resource.check(inputs.bare).failures.length === 0;
}

function onlyInputs(resource: Declared, outputs: ValueMap): ValueMap {
  return valueMap(Object.entries(outputs).filter(([key]) => Object.hasOwn(resource.inputs, key)));
}

function refuseUnknowns(desired: ValueMap): void {
  const [path] = unknownPaths(desired);
  if (path !== undefined) {
    throw new StatusError("INVALID_ARGUMENT", `${path.join(".")} is still unknown outside a preview`);
  }
}
