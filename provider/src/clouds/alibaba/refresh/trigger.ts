/** The purge and prefetch triggers of the CDN family, declared once for both products. */
import * as z from "zod";
import { Slot } from "../../../core/context.ts";
import { defineResource, type Failure, type PreviewedInputs, type Resource } from "../../../engine/define/index.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import type { KindRules, Lane } from "../../../triggers/service.ts";
import {
  checkGiven,
  checkPrefetch,
  prefetchProblem,
  checkTargets,
  checkTrigger,
  hostProblem,
  tagProblem,
  urlProblem,
} from "../../../trigger-kit/targets.ts";
import {
  applyPrefetch,
  applyPurge,
  previewTrigger,
  triggerVerbs,
  type Binding,
} from "../../../trigger-kit/trigger-resource.ts";
import { prefetchInputs, prefetchOutputs, purgeInputs, purgeOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import { push, refresh, refreshByTag, type PushOptions, type RefreshFamily, type RefreshQuota } from "./client.ts";
import { refreshLimits, refreshTypes, prefetchRules, type RefreshType } from "./limits.ts";
import { refreshService } from "./product.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import type { Pace } from "../../../core/rate-limit.ts";

/** One product of the family, as its folder describes it. */
export interface RefreshProduct {
  /** Schema module: `cdn`. */
  readonly module: string;
  readonly family: RefreshFamily;
  readonly client: (context: AlibabaContext) => AlibabaClient;
  readonly pace: (action: string) => Pace;
}

export interface RefreshLane extends Lane {
  readonly kind: RefreshType;
  readonly domainName: string | undefined;
  readonly force: boolean | undefined;
  readonly routineId: string | undefined;
  readonly mergeDomainName: string | undefined;
}

export function refreshLane(options: Omit<RefreshLane, "key">): RefreshLane {
  const { kind, domainName, force, routineId, mergeDomainName } = options;
  return {
    ...options,
    key: JSON.stringify([kind, kind === "CacheTag" ? domainName : "", force, routineId, mergeDomainName]),
  };
}

export const counters: Readonly<Record<RefreshType, keyof RefreshQuota | undefined>> = {
  File: "url",
  Directory: "directory",
  Regex: "regex",
  IgnoreParams: "ignoreParams",
  // Whether tags count against one of these quotas is documented nowhere.
  CacheTag: undefined,
};

export const refreshInputs = {
  type: vendorType("CDN and DCDN", refreshTypes)
    .default("File")
    .meta({
      description: "What the targets are.",
      type: "index:RefreshType",
      values: {
        File: "URLs of single files, with scheme. 1,000 and 10 domains a call.",
        Directory: "URLs of directories, ending with `/`. 100 and 10 domains a call.",
        Regex: "URLs with a regular expression in the path. 1 a call.",
        IgnoreParams: "URLs of files whose every query string is purged.",
        CacheTag: "Cache tags of the domain `domainName`.",
      },
    }),
  domainName: z
    .string()
    .optional()
    .meta({ description: "With type `CacheTag`: the domain whose tagged content is purged; exactly one." }),
  force: z.boolean().optional().meta({
    description:
      "Delete the copies instead of marking them stale (stale ones are compared with the origin first). For directories and tags.",
  }),
  ...purgeInputs,
};
export type RefreshInputs = z.output<z.ZodObject<typeof refreshInputs>>;

export function refreshTrigger(product: RefreshProduct, description: string): Resource<AlibabaContext> {
  const slot = new Slot<Office<RefreshLane>>(`${product.module} purges`);
  const bind = (
    desired: Pick<RefreshInputs, "type" | "domainName" | "force">,
    context: AlibabaContext,
  ): Binding<RefreshLane> => {
    const { type: kind, domainName, force } = desired;
    const lane = refreshLane({ kind, domainName, force, routineId: undefined, mergeDomainName: undefined });
    const office = context.share(slot, () => refreshDesk(product, context));
    return { lane, targetProblem: (target) => refreshTargetProblem(kind, target), ...office };
  };
  return defineResource<AlibabaContext, typeof refreshInputs, typeof purgeOutputs>({
    token: `edgecache:${product.module}:PurgeTrigger`,
    description,
    inputs: refreshInputs,
    outputs: purgeOutputs,
    check: checkRefresh,
    apply: (request) => applyPurge(request, bind(request.desired, request.context)),
    preview: (request) => {
      const known = knownLane(request.desired);
      return previewTrigger(request, known && bind(known, request.context));
    },
    ...triggerVerbs,
  });
}

const laneShape = z.object({
  type: refreshInputs.type,
  domainName: refreshInputs.domainName,
  force: refreshInputs.force,
});

function knownLane(desired: PreviewedInputs<RefreshInputs>): z.output<typeof laneShape> | undefined {
  return allKnown(desired, ["type", "domainName", "force"]) ? laneShape.parse(desired) : undefined;
}

function refreshDesk(product: RefreshProduct, context: AlibabaContext): Office<RefreshLane> {
  const client = product.client(context);
  const { family } = product;
  const service = refreshService<RefreshLane>({
    client,
    family,
    verb: "purge",
    action: (lane) => (lane.kind === "CacheTag" ? family.refreshByTag : family.refresh),
    rules: (lane) => refreshLimits[lane.kind],
    pace: product.pace,
    counter: (lane) => counters[lane.kind],
    submit({ lane, targets }, call) {
      const { kind, domainName, force } = lane;
      return kind === "CacheTag"
        ? refreshByTag(
            client,
            { action: family.refreshByTag, tags: targets, force, more: { DomainName: domainName } },
            call,
          )
        : refresh(
            client,
            { action: family.refresh, paths: targets, type: kind, force, form: family.refreshAsForm },
            call,
          );
    },
  });
  return openOffice(service, context);
}

export function checkRefresh(given: Partial<RefreshInputs>, names: ReadonlySet<string>): Failure[] {
  const { type, domainName } = given;
  if (type === undefined) return [];
  const needs = { verb: "purge", targets: "targets" };
  const failures = [...checkTrigger(given, undefined), ...checkGiven(names, needs)];
  if (type === "CacheTag" && !names.has("domainName")) {
    failures.push({ path: ["domainName"], reason: "is required with type CacheTag: tags are purged for one domain" });
  }
  if (domainName !== undefined && type !== "CacheTag") {
    failures.push({ path: ["domainName"], reason: `belongs to type CacheTag, not ${type}` });
  }
  const host = domainName === undefined ? undefined : hostProblem(domainName);
  if (host !== undefined) failures.push({ path: ["domainName"], reason: host });
  return [...failures, ...checkTargets(given, (target) => refreshTargetProblem(type, target))];
}

export function refreshTargetProblem(type: RefreshType, target: string): string | undefined {
  switch (type) {
    case "File":
    case "IgnoreParams":
      return urlProblem(target, "file");
    case "Directory":
      return urlProblem(target, "directory");
    case "Regex":
      // The path is an expression; scheme and host must still be plain.
      return (
        urlProblem(target.replace(/^(https?:\/\/[^/]*\/?).*$/i, "$1"), "file") ??
        (target.length > 1024 ? "has more than 1,024 characters" : undefined)
      );
    case "CacheTag":
      return tagProblem(target);
  }
}

export const pushInputs = {
  area: z
    .enum(["domestic", "overseas"])
    .optional()
    .meta({
      description: "Where to prefetch. Unset: where the domain is accelerated.",
      type: "index:PrefetchArea",
      values: { domestic: "Mainland China.", overseas: "Everywhere else." },
    }),
  l2Preload: z
    .boolean()
    .optional()
    .meta({ description: "Prefetch to second-level nodes only (false: also to the first level)." }),
  withHeader: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .optional()
    .meta({
      description:
        'Request headers to prefetch with, a value or a list each, such as `{ "Accept-Encoding": "gzip" }`; warms that variant.',
    }),
  queryHashkey: z
    .boolean()
    .optional()
    .meta({ description: "Use the query string in the cache key as the domain's rules say." }),
  ...prefetchInputs,
};
export type PushInputs = z.output<z.ZodObject<typeof pushInputs>>;

interface PushLane extends Lane, PushOptions {}

export function prefetchTrigger(product: RefreshProduct, description: string): Resource<AlibabaContext> {
  const slot = new Slot<Office<PushLane>>(`${product.module} prefetches`);
  const bind = (desired: Pick<PushInputs, keyof PushOptions>, context: AlibabaContext): Binding<PushLane> => {
    const { area, l2Preload, withHeader, queryHashkey } = desired;
    const options = { area, l2Preload, withHeader, queryHashkey };
    const lane = { kind: "preload", key: JSON.stringify(Object.values(options)), ...options };
    return { lane, targetProblem: prefetchProblem, ...context.share(slot, () => pushDesk(product, context)) };
  };
  return defineResource<AlibabaContext, typeof pushInputs, typeof prefetchOutputs>({
    token: `edgecache:${product.module}:PrefetchTrigger`,
    description,
    inputs: pushInputs,
    outputs: prefetchOutputs,
    check: checkPrefetch,
    apply: (request) => applyPrefetch(request, bind(request.desired, request.context)),
    preview: (request) => {
      const known = allKnown(request.desired, ["area", "l2Preload", "withHeader", "queryHashkey"])
        ? pushShape.parse(request.desired)
        : undefined;
      return previewTrigger(request, known && bind(known, request.context));
    },
    ...triggerVerbs,
  });
}

const pushShape = z.object({
  area: pushInputs.area,
  l2Preload: pushInputs.l2Preload,
  withHeader: pushInputs.withHeader,
  queryHashkey: pushInputs.queryHashkey,
});

function pushDesk(product: RefreshProduct, context: AlibabaContext): Office<PushLane> {
  const client = product.client(context);
  const rules: KindRules = prefetchRules;
  const service = refreshService<PushLane>({
    client,
    family: product.family,
    verb: "prefetch",
    action: () => product.family.push,
    rules: () => rules,
    pace: product.pace,
    counter: () => "preload",
    submit: ({ lane, targets }, call) => push(client, product.family.push, targets, lane, call),
  });
  return openOffice(service, context);
}
