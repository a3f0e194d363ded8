/**
 * A trigger is a declaration: which properties its calls must have in common,
 * what its targets look like, and the service that sends. When it fires, what
 * it tells and what it keeps is the same for all, and written in this folder once.
 */
import * as z from "zod";
import { Slot, type World } from "../core/context.ts";
import {
  defineResource,
  type Failure,
  type Of,
  type Operation,
  type Problem,
  type Resource,
  type Shape,
} from "../engine/define/index.ts";
import { readFallback } from "../triggers/budget/cover.ts";
import type { FallbackWord } from "../triggers/receipts.ts";
import { openRuntime, type TriggerRuntime } from "../triggers/runtime.ts";
import type { Lane, TriggerService } from "../triggers/service.ts";
import { domainOf } from "../triggers/submit/pack.ts";
import { applyTrigger } from "./apply.ts";
import type { BoundTrigger, Deletes, OwnSource } from "./bound-trigger.ts";
import { checkBudget, type Fallbacks } from "./budget-inputs.ts";
import { checkShared } from "./check.ts";
import { fleetOf } from "./fleet.ts";
import { checkHosts, listIn, namesFor, targetRules } from "./hosts.ts";
import { prefetchFlavor, purgeFlavor, uploadFlavor, type Flavor } from "./flavors.ts";
import { previewTrigger } from "./preview.ts";
import { commonInputs, commonNames } from "./shared-inputs.ts";
import { deleteTrigger, noteMade } from "./given-up.ts";
import { suppose } from "./suppose.ts";
import { readTrigger, unfinished, upgradeState } from "./verbs.ts";
import { pick } from "./unknowns.ts";

/** What a cloud says of one of its triggers. `L`: what calls have in common; `M`: its other own properties. */
export interface TriggerDefinition<C extends World, L extends Shape, M extends Shape, I extends Shape> {
  readonly token: string;
  readonly description: string;
  /** The properties that calls must have in common to travel together: place, type, options. Each is written here only. */
  readonly lane: L;
  /** Its other own properties. */
  readonly inputs: M;
  /** A change of one of these is another trigger. */
  readonly replaceOn?: readonly (keyof L & string)[];
  /** Whether the same targets mean copies that they did not mean before, such as those of another domain. */
  readonly widened?: (before: Of<L>, now: Of<L>) => boolean;
  /** The vendor's word for what is sent, where it is not the property `type` that says it. */
  readonly kind?: string;
  /** The property in which a kind's targets are listed; `undefined`: what is given instead needs none. Default: `targets`. */
  readonly targetsIn?: (kind: string, names: ReadonlySet<string>) => string | undefined;
  /** The kinds that cover everything there is, and take no targets. */
  readonly everything?: readonly string[];
  /** Targets of the kind are URLs, so that paths may stand for them, with `hosts`. */
  readonly takesUrls?: (kind: string) => boolean;
  /** The coarser purges that cover what a kind's targets name. */
  readonly fallbacks?: (kind: string) => Fallbacks;
  /** Properties that say what to send and when it changed, so that neither targets nor a hash are needed. */
  readonly hashIn?: readonly string[];
  /** What the format of a kind's targets has against one. */
  readonly targetProblem: (kind: string, target: string) => Problem | undefined;
  /** Of kinds whose targets may be spelled in several ways: the one that is compared, sent and kept. Default: as given. */
  readonly spell?: (kind: string) => ((target: string) => string) | undefined;
  /**
   * Options by which the vendor deletes copies. `undefined`: with these it does so already. `"cannot"`: it may only mark
   * copies stale, and no option of it says otherwise.
   */
  readonly deleting?: (options: Of<L>) => Of<L> | "cannot" | undefined;
  /** Rules beyond those that all triggers share. Properties not known yet are absent. */
  readonly check?: (given: Partial<Of<L & M & I>>, names: ReadonlySet<string>) => readonly Failure[];
  /** Targets and hash that come from own properties. */
  readonly sourceOf?: (own: Of<L & M>, operation: Operation) => OwnSource | Promise<OwnSource>;
  /** How targets travel, where what there is to send decides it, and whether copies must be deleted. Default: in calls. */
  readonly viaFor?: (own: Of<L & M>, targets: readonly string[], deleting: boolean) => Lane["via"];
  /** What a user should know beside the plan, from the own properties that are known. */
  readonly note?: (known: Readonly<Record<string, unknown>>, operation: Operation, context: C) => void;
  readonly service: (context: C, kind: string) => TriggerService<Of<L>>;
}

export function definePurge<C extends World, L extends Shape, M extends Shape>(
  definition: TriggerDefinition<C, L, M, (typeof purgeFlavor)["inputs"]>,
): Resource<C> {
  return defineTrigger(definition, purgeFlavor);
}

export function definePrefetch<C extends World, L extends Shape, M extends Shape>(
  definition: TriggerDefinition<C, L, M, (typeof prefetchFlavor)["inputs"]>,
): Resource<C> {
  return defineTrigger(definition, prefetchFlavor);
}

export function defineUpload<C extends World, L extends Shape, M extends Shape>(
  definition: TriggerDefinition<C, L, M, (typeof uploadFlavor)["inputs"]>,
): Resource<C> {
  return defineTrigger(definition, uploadFlavor);
}

function defineTrigger<C extends World, L extends Shape, M extends Shape, I extends Shape, O extends Shape>(
  definition: TriggerDefinition<C, L, M, I>,
  flavor: Flavor<I, O>,
): Resource<C> {
  const { token, description, lane, inputs, check, note, replaceOn = [], targetsIn = () => "targets" } = definition;
  const own = { ...lane, ...inputs };
  const ownNames = Object.keys(own);
  const [laneNames, shapes] = [Object.keys(lane), { lane: z.object(lane), own: z.object(own) }];
  const slot = new Slot<Map<string, TriggerRuntime<Of<L>>>>(token);

  const kindIn = (values: object): string | undefined => {
    const type: unknown = definition.kind ?? Reflect.get(values, "type");
    return typeof type === "string" ? type : undefined;
  };
  const placeOf = (values: object): string => JSON.stringify(pick(values, replaceOn));
  const bind = async (
    desired: object,
    before: object | undefined,
    operation: Operation,
    context: C,
  ): Promise<BoundTrigger<Of<L>>> => {
    const options = shapes.lane.parse(pick(desired, laneNames));
    const given = shapes.own.parse(pick(desired, ownNames));
    const kind = kindIn(desired) ?? "";
    const deletingOptions = optionsOf(definition.deleting?.(options));
    const laneFor = (targets: readonly string[], deleting = false): Lane<Of<L>> => {
      const via = definition.viaFor?.(given, targets, deleting) ?? "call";
      const chosen = (deleting ? deletingOptions : undefined) ?? options;
      return laneOf(kind, chosen, via);
    };
    const common = commonInputs.parse(pick(desired, commonNames));
    const runtime = runtimeOf(kind, context);
    const coarserOf = (word: FallbackWord, targets: readonly string[], deleting: boolean) => {
      const differs = definition.fallbacks?.(kind)[word];
      if (differs === undefined) return undefined;
      const stale = shapes.lane.parse({ ...options, ...differs([...new Set(targets.map(domainOf))]) });
      const deleted = definition.deleting?.(stale);
      // As thorough as what it stands for.
      const thorough = deletingOptions === undefined;
      const other = (deleting || thorough ? optionsOf(deleted) : undefined) ?? stale;
      return { options: other, kind: kindIn(other) ?? kind, deletes: deletesBy(deleted, thorough) };
    };
    const deletes = deletesBy(definition.deleting?.(options));
    const fallback = common.fallback === undefined ? undefined : readFallback(common.fallback);
    const instead = fallback && coarserOf(fallback.word, [], true);
    return {
      runtime,
      fleet: fleetOf(context, runtime.service.name, placeOf(desired)),
      common,
      kind,
      widened: isWidened(before, options),
      source: (await definition.sourceOf?.(given, operation)) ?? {},
      targetProblem: (target) => definition.targetProblem(kind, target),
      names: namesFor(common.hosts, definition.spell?.(kind)),
      deletes,
      mayMarkStale: deletes !== "always" || instead?.deletes === "never",
      coarserRoute: (word, targets, deleting = false) => {
        const coarser = coarserOf(word, targets, deleting);
        if (coarser === undefined) return undefined;
        const { kind: other, options: others } = coarser;
        return {
          lane: laneOf(other, others, "call"),
          runtime: runtimeOf(other, context),
          deletes: coarser.deletes,
        };
      },
      laneFor,
    };
  };

  const isWidened = (before: object | undefined, now: Of<L>): boolean => {
    if (before === undefined || definition.widened === undefined) return false;
    const last = shapes.lane.safeParse(pick(before, laneNames));
    return last.success && definition.widened(last.data, now);
  };

  const runtimeOf = (kind: string, context: C): TriggerRuntime<Of<L>> => {
    const runtimes = context.share(slot, () => new Map<string, TriggerRuntime<Of<L>>>());
    const runtime = runtimes.get(kind) ?? openRuntime(definition.service(context, kind), context);
    runtimes.set(kind, runtime);
    return runtime;
  };

  return defineResource<C, L & M & I, O>({
    token,
    description,
    inputs: { ...own, ...flavor.inputs },
    outputs: flavor.outputs,
    timeout: flavor.timeout,
    replaceOn,
    check: (given, names) => {
      const kind = kindIn(given);
      if (kind === undefined) return [];
      const everything = definition.everything?.includes(kind) === true;
      const shared = checkShared(given, names, {
        verb: flavor.verb,
        targets: everything ? undefined : targetsIn(kind, names),
        everything,
        hashIn: definition.hashIn ?? [],
        ...targetRules(given, names, {
          problem: (target) => definition.targetProblem(kind, target),
          spell: definition.spell?.(kind) ?? ((target) => target),
        }),
      });
      const places = checkHosts(given, kind, definition.takesUrls?.(kind) === true);
      const budget = checkBudget(given, names, kind, definition.fallbacks?.(kind) ?? {});
      return [...shared, ...places, ...budget, ...(check?.(given, names) ?? [])];
    },
    async apply({ desired, previous, operation, context }) {
      note?.(pick(desired, ownNames), operation, context);
      const bound = await bind(desired, previous?.inputs, operation, context);
      const receipts = previous && flavor.toReceipts(previous.outputs);
      const applied = await applyTrigger(bound, receipts, { id: previous?.id, operation, world: context });
      const { id, plan, problems } = applied;
      if (previous === undefined) noteMade({ id, plan, place: placeOf(desired) }, operation.urn, context);
      return { id, problems, outputs: flavor.toOutputs(applied.receipts, applied.summary) };
    },
    async preview({ desired, previous, operation, context }) {
      note?.(pick(desired, ownNames), operation, context);
      const { missing, unknownInputs, ...supposed } = suppose(desired, [...ownNames, ...commonNames]);
      if (missing.length > 0) {
        const are = missing.length === 1 ? "is" : "are";
        operation.log.info(`cannot be planned yet: ${missing.join(", ")} ${are} known only during up`);
        return {};
      }
      const receipts = previous && flavor.toReceipts(previous.outputs);
      const bound = await bind(supposed.desired, previous?.inputs, operation, context);
      return flavor.toPreview(
        await previewTrigger(bound, receipts, { operation, clock: context.clock, unknownInputs }),
      );
    },
    upgrade: upgradeState,
    unfinished: (outputs, desired) => unfinished(flavor.toReceipts(outputs), Reflect.get(desired, "wait")),
    read: readTrigger,
    delete: ({ id, inputs: last, outputs, operation, context }) => {
      const purges = runtimeOf(kindIn(last) ?? "", context).service.verb === "purge";
      const receipts = flavor.toReceipts(outputs);
      return deleteTrigger({ id, place: placeOf(last), receipts, purges, hosts: listIn(last) }, operation, context);
    },
  });
}

/** Calls travel together when their options and their way are the same. */
function laneOf<O extends object>(kind: string, options: O, via: Lane<O>["via"]): Lane<O> {
  return { kind, options, via, key: `${JSON.stringify([options])} ${via}` };
}

/** As `deleting` of a definition says it; `thorough`: such options are chosen in any case. */
function deletesBy(deleted: object | "cannot" | undefined, thorough = false): Deletes {
  if (deleted === undefined) return "always";
  if (deleted === "cannot") return "never";
  return thorough ? "always" : "whenForced";
}

function optionsOf<O extends object>(deleted: O | "cannot" | undefined): O | undefined {
  return deleted === "cannot" ? undefined : deleted;
}
