/**
 * Where triggers meet the engine: the inputs and outputs that every trigger
 * has, and its verbs over any service. A trigger resource itself is then a
 * declaration: its vendor's words, its targets' formats, its lane.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { CallContext } from "../core/call.ts";
import { randomId, type World } from "../core/context.ts";
import { Fault, Refusal } from "../core/errors.ts";
import {
  Archive,
  Asset,
  Unknown,
  type Applied,
  type ApplyRequest,
  type Failure,
  type PreviewRequest,
  type ReadRequest,
  type Stored,
} from "../engine/define.ts";
import { carryOut, type Outcome } from "../triggers/carry-out.ts";
import {
  describeForgotten,
  describeOutcome,
  describePlan,
  describeProblems,
  things,
  type KnownQuota,
} from "../triggers/describe.ts";
import type { Desk } from "../triggers/desk.ts";
import { planPurge, type Desired, type Source } from "../triggers/plan.ts";
import { ledgerSchema, owedSchema, taskSchema, triggerStatuses, type Receipts } from "../triggers/receipts.ts";
import { everything, type Lane } from "../triggers/service.ts";
import type { TaskReader } from "../triggers/wait.ts";

/** The inputs of every trigger, beside its vendor's own. */
const triggerInputs = {
  targets: z.array(z.string()).optional().meta({
    description:
      "What to send, in the vendor's format for `type`. All of them are sent when `contentHash` or `content` changes; a change of the list alone sends nothing.",
  }),
  contentHash: z.string().min(1).optional().meta({
    description:
      "Fires when it changes: then all `targets` are sent. Any text that changes with the content will do: a digest, a version, a commit.",
  }),
  content: z
    .union([z.instanceof(Asset), z.instanceof(Archive)])
    .optional()
    .meta({
      description:
        'Instead of `contentHash`: a file or folder (such as `FileArchive("./dist")`) whose own hash is the trigger.',
      pulumi: { $ref: "pulumi.json#/Asset" },
    }),
  contents: z
    .union([z.record(z.string(), z.string()), z.instanceof(Asset)])
    .optional()
    .meta({
      description:
        "Instead of `targets` with a hash: a map target → hash of its content, or a file asset with that map as JSON. Only what changed is sent.",
      pulumi: { oneOf: [{ type: "object", additionalProperties: { type: "string" } }, { $ref: "pulumi.json#/Asset" }] },
    }),
  wait: z.boolean().default(true).meta({
    description:
      "Wait until the cloud says that the tasks are final. Bounded by `customTimeouts` (default 30 minutes); a run that ends early is resumed by the next, without sending again.",
  }),
  failurePolicy: z
    .enum(["fail", "warn"])
    .default("fail")
    .meta({
      description: "What targets that could not be done mean for the update.",
      type: "index:FailurePolicy",
      values: {
        fail: "The update fails, and the next `pulumi up` sends what is owed.",
        warn: "Each is shown as a warning and the update goes on.",
      },
    }),
} as const;

export const purgeInputs = {
  ...triggerInputs,
  onCreate: z
    .enum(["purge", "skip"])
    .default("purge")
    .meta({
      description: "What a new trigger does.",
      type: "index:OnCreate",
      values: {
        purge: "Sends everything, since what the edge holds is unknown.",
        skip: "Only records; the first change fires.",
      },
    }),
  purgeAdded: z.boolean().default(false).meta({
    description: "With `contents`: purge new targets too. They may have been cached as 404 before they existed.",
  }),
} as const;

export const prefetchInputs = {
  ...triggerInputs,
  onCreate: z
    .enum(["prefetch", "skip"])
    .default("prefetch")
    .meta({
      description: "What a new trigger does.",
      type: "index:OnCreatePrefetch",
      values: { prefetch: "Sends everything.", skip: "Only records; the first change fires." },
    }),
} as const;

/** The outputs of every trigger: the receipts of its last run. */
const receiptOutputs = {
  status: z.enum(triggerStatuses).meta({
    description: "What became of the last run.",
    type: "index:TriggerStatus",
    values: {
      complete: "Every target is done.",
      submitted: "Accepted by the cloud; the end was not waited for or not seen.",
      partial: "Some targets are owed.",
      skipped: 'Nothing was sent so far (`onCreate: "skip"`).',
      failed: "No target was done; all are owed.",
    },
  }),
  tasks: z.array(taskSchema).meta({ description: "Receipts of the last run's calls." }),
  owed: z.array(owedSchema).meta({ description: "What the next `pulumi up` sends." }),
  ledger: ledgerSchema.meta({ description: "What the last run dealt with, packed; for the provider's own use." }),
} as const;

export const purgeOutputs = {
  ...receiptOutputs,
  purgeCount: z.number().int().meta({ description: "How many runs have purged something since the trigger was made." }),
  lastPurgedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

export const prefetchOutputs = {
  ...receiptOutputs,
  prefetchCount: z
    .number()
    .int()
    .meta({ description: "How many runs have prefetched something since the trigger was made." }),
  lastPrefetchedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

type Outputs<S extends Readonly<Record<string, z.ZodType>>> = z.output<z.ZodObject<{ [K in keyof S]: S[K] }>>;
type CommonInputs = Outputs<typeof triggerInputs> & {
  readonly onCreate: "purge" | "prefetch" | "skip";
  readonly purgeAdded?: boolean;
};
type PurgeState = Outputs<typeof purgeOutputs>;
type PrefetchState = Outputs<typeof prefetchOutputs>;

/** What a service's trigger brings along. */
export interface Binding<L extends Lane> {
  readonly lane: L;
  readonly desk: Desk<L>;
  readonly reader: TaskReader<L>;
  /** Targets given in another property than `targets`, such as cache keys. */
  readonly targets?: readonly string[];
}

export async function applyPurge<I extends CommonInputs, C extends World, L extends Lane>(
  request: ApplyRequest<I, PurgeState, C>,
  binding: Binding<L>,
): Promise<Applied<PurgeState>> {
  const before = request.previous?.outputs;
  const receipts = before && { ...before, count: before.purgeCount, lastAt: before.lastPurgedAt };
  const { outcome, ...applied } = await apply(request, request.previous?.id, receipts, binding);
  const { count, lastAt, ...state } = outcome.receipts;
  return { ...applied, outputs: { ...mutable(state), purgeCount: count, lastPurgedAt: lastAt } };
}

export async function applyPrefetch<I extends CommonInputs, C extends World, L extends Lane>(
  request: ApplyRequest<I, PrefetchState, C>,
  binding: Binding<L>,
): Promise<Applied<PrefetchState>> {
  const before = request.previous?.outputs;
  const receipts = before && { ...before, count: before.prefetchCount, lastAt: before.lastPrefetchedAt };
  const { outcome, ...applied } = await apply(request, request.previous?.id, receipts, binding);
  const { count, lastAt, ...state } = outcome.receipts;
  return { ...applied, outputs: { ...mutable(state), prefetchCount: count, lastPrefetchedAt: lastAt } };
}

interface Run {
  readonly desired: CommonInputs;
  readonly operation: CallContext;
  readonly context: World;
}

async function apply<L extends Lane>(
  { desired, operation, context }: Run,
  id: string | undefined,
  previous: Receipts | undefined,
  binding: Binding<L>,
): Promise<{ id: string; problems: readonly string[]; outcome: Outcome }> {
  const { lane, desk, reader } = binding;
  const { service } = desk;
  const plan = planPurge(previous, await toDesired(desired, binding));
  for (const line of describeForgotten(plan, service.rules(lane))) operation.log.info(line);
  const outcome = await carryOut({
    plan,
    lane,
    previous,
    wait: desired.wait,
    desk,
    reader,
    world: context,
    call: operation,
  });
  const problems = describeProblems(outcome, service, lane).filter(() => desired.wait || outcome.undone.length > 0);
  const told = describeOutcome(outcome, service, lane);
  if (told !== undefined && problems.length === 0) operation.log.info(told);
  // Nothing reached the cloud and nothing is recorded yet: the next `up` starts from scratch.
  if (
    previous === undefined &&
    outcome.receipts.status === "failed" &&
    outcome.receipts.tasks.length === 0 &&
    outcome.undone.every(({ sentAt }) => sentAt === undefined)
  ) {
    if (desired.failurePolicy === "fail") throw new Refusal(problems.join("\n"));
  }
  if (desired.failurePolicy === "warn") for (const problem of problems) operation.log.warn(problem);
  return { id: id ?? randomId(context.random), problems: desired.failurePolicy === "warn" ? [] : problems, outcome };
}

/**
 * Tells what `up` would do, with reads only. Refuses what cannot succeed, so
 * that it fails before anything is changed.
 */
export async function previewTrigger<I extends CommonInputs, C extends World, L extends Lane>(
  request: PreviewRequest<I, PurgeState | PrefetchState, C>,
  /** `undefined`: a property that decides where or how to send is not known yet. */
  binding: Binding<L> | undefined,
): Promise<object> {
  const { desired, operation } = request;
  const undecided = binding === undefined ? ["where to send"] : unknownNames(desired);
  if (binding === undefined || undecided.length > 0) {
    operation.log.info(
      `cannot be planned yet: ${undecided.join(", ")} ${undecided.length === 1 ? "is" : "are"} known only during up`,
    );
    return {};
  }
  const { desk, lane } = binding;
  const known: CommonInputs = commonSchema.parse(pickKnown(desired));
  const plan = planPurge(receiptsOf(request.previous), await toDesired(known, binding));
  if (known.contentHash === undefined && known.content === undefined && known.contents === undefined) {
    operation.log.warn("has none of contentHash, content and contents: it fires when it is created, and never again");
  }
  const quota = plan.send.size > 0 ? await askQuota(desk, lane, operation) : undefined;
  for (const line of describePlan(plan, desk.service, lane, quota)) operation.log.info(line);
  if (quota !== undefined && "remaining" in quota && quota.remaining < plan.send.size) {
    const rules = desk.service.rules(lane);
    const refusal =
      `This ${desk.service.verb} needs ${things(plan.send.size, rules.noun)}, but ${quota.remaining} of today's ${quota.limit} are left for type ${lane.kind}. ` +
      `Wait for the quota's reset, send fewer targets (a directory or a tag instead of files), or ask the vendor for more.`;
    if (known.failurePolicy === "fail") throw new Refusal(refusal);
    operation.log.warn(refusal);
  }
  return {};
}

export function readTrigger<I, O, C>(request: ReadRequest<I, O, C>): Promise<Stored<I, O> | undefined> {
  if (request.previous === undefined) {
    throw new Refusal(
      'A trigger cannot be imported or read by id: it is an event, and the cloud keeps no object for it. Declare it instead; with onCreate: "skip" it starts without sending anything.',
    );
  }
  // The state is the record: the vendor forgets tasks after days, and that must change nothing.
  return Promise.resolve(request.previous);
}

/** The rules between the common inputs. */
export function checkTrigger(
  inputs: Partial<Record<keyof CommonInputs | "cacheKeys", unknown>>,
  kind: { readonly everything?: boolean } | undefined,
): Failure[] {
  const failures: Failure[] = [];
  const given = (["contentHash", "content", "contents"] as const).filter((key) => inputs[key] !== undefined);
  if (given.length > 1) {
    failures.push({
      path: [given[1] ?? ""],
      reason: `cannot be used together with ${given[0]}: give one of contentHash, content and contents`,
    });
  }
  if (kind?.everything && inputs.contents !== undefined) {
    failures.push({
      path: ["contents"],
      reason: "does not fit a type that purges everything; use contentHash or content",
    });
  }
  if (kind?.everything && inputs.targets !== undefined && Array.isArray(inputs.targets) && inputs.targets.length > 0) {
    failures.push({ path: ["targets"], reason: "must be left out: this type purges everything" });
  }
  if (inputs.contents !== undefined && inputs.targets !== undefined) {
    failures.push({ path: ["targets"], reason: "cannot be used together with contents, which names its own targets" });
  }
  return failures;
}

/** Refuses each target that `why` has something against, and each that is there twice. */
export function checkTargets(inputs: Partial<CommonInputs>, why: (target: string) => string | undefined): Failure[] {
  const failures: Failure[] = [];
  const seen = new Map<string, number>();
  inputs.targets?.forEach((target, index) => {
    const reason = why(target);
    const first = seen.get(target);
    if (reason !== undefined) failures.push({ path: ["targets", index], reason });
    else if (first !== undefined)
      failures.push({ path: ["targets", index], reason: `is the same as targets[${first}]` });
    else seen.set(target, index);
  });
  if (inputs.contents !== undefined && !(inputs.contents instanceof Asset)) {
    for (const target of Object.keys(inputs.contents)) {
      const reason = why(target);
      if (reason !== undefined) failures.push({ path: ["contents", target], reason });
    }
  }
  return failures;
}

/** What is left of `desired` when everything in it is known; `undefined` otherwise. */
export function allKnown<T extends object, K extends keyof T & string>(desired: T, keys: readonly K[]): boolean {
  return keys.every((key) => !holdsUnknown(desired[key]));
}

const commonSchema = z
  .object({ ...triggerInputs, onCreate: z.enum(["purge", "prefetch", "skip"]), purgeAdded: z.boolean().optional() })
  .transform((inputs): CommonInputs => {
    const { purgeAdded, ...rest } = inputs;
    return purgeAdded === undefined ? rest : { ...rest, purgeAdded };
  });

const deciding = [
  "targets",
  "contentHash",
  "content",
  "contents",
  "onCreate",
  "wait",
  "purgeAdded",
  "failurePolicy",
  "cacheKeys",
] as const;

function unknownNames(desired: object): string[] {
  return deciding.filter((key) => holdsUnknown(Reflect.get(desired, key)));
}

function pickKnown(desired: object): Record<string, unknown> {
  return Object.fromEntries(
    deciding.map((key) => [key, Reflect.get(desired, key)]).filter(([, value]) => value !== undefined),
  );
}

export function holdsUnknown(value: unknown): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Asset || value instanceof Archive) return false;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

function receiptsOf(previous: Stored<unknown, PurgeState | PrefetchState> | undefined): Receipts | undefined {
  if (previous === undefined) return undefined;
  const outputs = previous.outputs;
  return "purgeCount" in outputs
    ? { ...outputs, count: outputs.purgeCount, lastAt: outputs.lastPurgedAt }
    : { ...outputs, count: outputs.prefetchCount, lastAt: outputs.lastPrefetchedAt };
}

async function toDesired<L extends Lane>(inputs: CommonInputs, binding: Binding<L>): Promise<Desired> {
  const purge = binding.desk.service.verb === "purge";
  return {
    type: binding.lane.kind,
    source: await toSource(inputs, binding),
    sendAdded: purge ? inputs.purgeAdded === true : true,
    sendRemoved: purge,
    onCreate: inputs.onCreate === "skip" ? "skip" : "send",
    wait: inputs.wait,
  };
}

async function toSource<L extends Lane>(inputs: CommonInputs, binding: Binding<L>): Promise<Source> {
  if (inputs.contents !== undefined) return { by: "contents", contents: await readContents(inputs.contents) };
  const all = binding.desk.service.rules(binding.lane).everything === true;
  const targets = all ? [everything] : (binding.targets ?? inputs.targets);
  if (targets === undefined)
    throw new Refusal(
      `Give targets or contents: type ${binding.lane.kind} needs to know what to ${binding.desk.service.verb}.`,
    );
  // Without a hash nothing can change: the trigger fires when it is made, and never again.
  const hash = inputs.contentHash ?? inputs.content?.hash ?? "";
  return { by: "hash", hash, targets };
}

const contentsSchema = z.record(z.string(), z.string());

async function readContents(contents: Readonly<Record<string, string>> | Asset): Promise<ReadonlyMap<string, string>> {
  if (!(contents instanceof Asset)) return new Map(Object.entries(contents));
  const parsed = contentsSchema.safeParse(parseJson(await readAsset(contents)));
  if (!parsed.success)
    throw new Refusal("contents: the file must hold a JSON object that maps each target to the hash of its content.");
  return new Map(Object.entries(parsed.data));
}

async function readAsset({ source }: Asset): Promise<string> {
  if ("text" in source) return source.text;
  if ("path" in source) return readFile(source.path, "utf8");
  if ("uri" in source && source.uri.startsWith("file:")) return readFile(fileURLToPath(source.uri), "utf8");
  throw new Refusal("contents: give the map as a file or text asset of this machine.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function askQuota<L extends Lane>(desk: Desk<L>, lane: L, call: CallContext): Promise<KnownQuota> {
  try {
    return await desk.service.quota(lane, call);
  } catch (error) {
    // A plan is of use without it; what is wrong will fail loudly in `up`.
    if (error instanceof Fault) return { unknown: error.code === "NoCredentials" ? "no credentials" : error.code };
    throw error;
  }
}

function mutable<T extends Omit<Receipts, "count" | "lastAt">>(
  state: T,
): { status: T["status"]; tasks: T["tasks"][number][]; owed: T["owed"][number][]; ledger: T["ledger"] } {
  return { status: state.status, tasks: [...state.tasks], owed: [...state.owed], ledger: state.ledger };
}

/** For `checkTargets` of types that take URLs. */
export function urlProblem(target: string, form: "file" | "directory"): string | undefined {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target);
  if (match === null) {
    return /^[a-z0-9.-]+\.[a-z]{2,}(\/|$)/i.test(target)
      ? `lacks its scheme; did you mean https://${target}?`
      : "must be a full URL such as https://www.example.com/path";
  }
  const [, , host = "", path = ""] = match;
  if (host === "" || host.includes("@")) return "has no host name";
  if (host.includes("*") || path.includes("*")) return "has a wildcard, which this type does not take";
  if (target.length > 1024) return `has ${target.length} characters; 1,024 is the most`;
  if (/[\s\u0000-\u001f\u007f]/.test(target)) return "holds a space or control character; percent-encode it";
  if (/[^\u0021-\u007e]/.test(path))
    return `holds characters that must be percent-encoded; did you mean ${encodeURI(target)}?`;
  if (form === "directory" && !target.endsWith("/")) return `is no directory; did you mean ${target}/?`;
  return undefined;
}

export function hostProblem(target: string): string | undefined {
  if (/:\/\//.test(target))
    return `must be a host name without scheme; did you mean ${target.replace(/^.*?:\/\//, "").replace(/\/.*$/, "")}?`;
  if (target.includes("*")) return "has a wildcard, which this type does not take";
  return /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$/.test(target)
    ? undefined
    : "must be a host name such as www.example.com";
}

export function tagProblem(target: string): string | undefined {
  if (target.trim() === "") return "is empty";
  if (target !== target.trim()) return "begins or ends with a space, which the cloud strips";
  if (target.includes(",")) return "holds a comma, which separates tags; give each tag on its own";
  return undefined;
}
