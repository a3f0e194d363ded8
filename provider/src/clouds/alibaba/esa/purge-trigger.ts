/** `edgecache:esa:PurgeTrigger`: purges ESA's edge when content changed, and only then. */
import * as z from "zod";
import { defineResource, type Failure, type Operation, type PreviewedInputs } from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";
import {
  checkGiven,
  checkTargets,
  checkTrigger,
  hostProblem,
  tagProblem,
  urlProblem,
} from "../../../trigger-kit/targets.ts";
import { applyPurge, previewTrigger, triggerVerbs, type Binding } from "../../../trigger-kit/trigger-resource.ts";
import { purgeInputs, purgeOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import { purgeLimits, purgeTypes, type PurgeType } from "./limits.ts";
import { cacheKeyTarget, esaPurges, laneOf, purgeLane, type BulkType, type PurgeLane } from "./purges.ts";
import { siteId } from "./site.ts";
import { meetTagChange } from "./tag-changes.ts";
import description from "./purge-trigger.doc.ts";

const inputs = {
  siteId,
  type: vendorType("ESA", purgeTypes).meta({
    description: "What the targets are.",
    type: "esa:PurgeType",
    values: {
      file: "URLs of single files, with scheme: `https://www.example.com/a.js`. 1,000 and 10 hosts a call.",
      cachekey: "URLs with the headers that vary the cache key, in `cacheKeys`. 1,000 a call; Enterprise plan.",
      cachetag: "Cache tags. 30 a call. Which response header carries them is set by `CacheTagConfig`.",
      directory: "URLs of directories, ending with `/`. 100 and 10 hosts a call.",
      ignoreParams: "URLs of files whose every query string is purged. 100 and 10 hosts a call.",
      hostname: "Host names, without wildcard. 10 a call.",
      purgeall: "The whole site; takes no targets.",
    },
  }),
  cacheKeys: z
    .array(
      z
        .object({
          url: z.string().meta({ description: "Full URL of the file." }),
          headers: z.record(z.string(), z.string()).optional().meta({
            description:
              "Headers of the cache key: `UserGeo`, `UserDeviceType` (desktop, tablet, mobile), `UserLanguage`.",
          }),
        })
        .meta({ type: "esa:CacheKey", description: "One cached variant of a file." }),
    )
    .optional()
    .meta({ description: "The targets of type `cachekey`." }),
  force: z.boolean().optional().meta({
    description:
      "Delete the copies instead of marking them stale (stale ones are revalidated with the origin and kept if it answers 304). For types directory, cachetag, ignoreParams, hostname and purgeall; file and cachekey always delete.",
  }),
  edgeComputePurge: z.boolean().optional().meta({
    description: "Purge also what edge routines wrote by the Cache API.",
  }),
  bulk: z
    .enum(["never", "auto"])
    .default("never")
    .meta({
      description:
        "Whether many targets may be sent as uploaded files (`UploadFile`, as `UploadTask` does) instead of in requests. For types file, directory and ignoreParams, without `edgeComputePurge`.",
      type: "esa:Bulk",
      values: {
        never: "Always by `PurgeCaches`.",
        auto: "By files where that takes fewer calls: above 4,000 URLs of one host, 400 directories. Such tasks' ids begin with `upload:`.",
      },
    }),
  ...purgeInputs,
};

type Inputs = z.output<z.ZodObject<typeof inputs>>;

export const purgeTrigger = defineResource<AlibabaContext, typeof inputs, typeof purgeOutputs>({
  token: "edgecache:esa:PurgeTrigger",
  description,
  inputs,
  outputs: purgeOutputs,
  replaceOn: ["siteId"],
  check,
  apply(request) {
    meet(request.desired, request);
    return applyPurge(request, bind(request.desired, request.context));
  },
  preview(request) {
    meet(request.desired, request);
    return previewTrigger(request, bindKnown(request.desired, request.context));
  },
  ...triggerVerbs,
});

/** A purge by tag is at the mercy of the header that carries the tags. */
function meet(
  desired: PreviewedInputs<Inputs>,
  { operation, context }: { readonly operation: Operation; readonly context: AlibabaContext },
): void {
  if (desired.type === "cachetag" && typeof desired.siteId === "string") {
    meetTagChange(desired.siteId, operation, context);
  }
}

function bind(
  desired: Pick<Inputs, "siteId" | "type" | "force" | "edgeComputePurge" | "bulk" | "cacheKeys">,
  context: AlibabaContext,
): Binding<PurgeLane> {
  const { siteId: site, type, force, edgeComputePurge, bulk } = desired;
  const lane = purgeLane({ kind: type, siteId: site, force, edgeComputePurge });
  const keys =
    type === "cachekey" && desired.cacheKeys !== undefined ? { targets: desired.cacheKeys.map(cacheKeyTarget) } : {};
  const byFiles =
    bulk === "auto" && isBulk(type) ? { laneOf: (targets: readonly string[]) => laneOf(lane, type, targets) } : {};
  const problem = (target: string): string | undefined => targetProblem(type, target);
  return { lane, targetProblem: problem, ...esaPurges(context), ...keys, ...byFiles };
}

const laneShape = z.object({
  siteId,
  type: inputs.type,
  force: inputs.force,
  edgeComputePurge: inputs.edgeComputePurge,
  bulk: inputs.bulk,
  cacheKeys: inputs.cacheKeys,
});

function isBulk(type: PurgeType): type is BulkType {
  return type === "file" || type === "directory" || type === "ignoreParams";
}

function bindKnown(desired: PreviewedInputs<Inputs>, context: AlibabaContext): Binding<PurgeLane> | undefined {
  if (!allKnown(desired, ["siteId", "type", "force", "edgeComputePurge", "bulk", "cacheKeys"])) return undefined;
  return bind(laneShape.parse(desired), context);
}

function check(given: Partial<Inputs>, names: ReadonlySet<string>): Failure[] {
  const { type } = given;
  if (type === undefined) return [];
  const targets = purgeLimits[type].everything === true ? undefined : type === "cachekey" ? "cacheKeys" : "targets";
  const failures = [...checkTrigger(given, purgeLimits[type]), ...checkGiven(names, { verb: "purge", targets })];
  if (type === "cachekey" ? given.targets !== undefined : given.cacheKeys !== undefined) {
    failures.push({
      path: [type === "cachekey" ? "targets" : "cacheKeys"],
      reason:
        type === "cachekey"
          ? "must be left out: type cachekey takes cacheKeys"
          : `belongs to type cachekey, not ${type}`,
    });
  }
  if (given.force === true && (type === "file" || type === "cachekey")) {
    failures.push({ path: ["force"], reason: `does not apply to type ${type}, which always deletes` });
  }
  if (given.bulk === "auto" && !isBulk(type)) {
    failures.push({ path: ["bulk"], reason: `does not apply to type ${type}, which no upload can carry` });
  }
  if (given.bulk === "auto" && given.edgeComputePurge === true) {
    failures.push({ path: ["bulk"], reason: "cannot be used together with edgeComputePurge: uploads do not know it" });
  }
  given.cacheKeys?.forEach((key, index) => {
    const reason = urlProblem(key.url, "file");
    if (reason !== undefined) failures.push({ path: ["cacheKeys", index, "url"], reason });
  });
  return [...failures, ...checkTargets(given, (target) => targetProblem(type, target))];
}

function targetProblem(type: PurgeType, target: string): string | undefined {
  switch (type) {
    case "file":
    case "ignoreParams":
      return urlProblem(target, "file");
    case "cachekey":
      return target.startsWith("{") ? undefined : urlProblem(target, "file");
    case "directory":
      return urlProblem(target, "directory");
    case "cachetag":
      return tagProblem(target);
    case "hostname":
      return hostProblem(target);
    case "purgeall":
      // checkTrigger refuses them all at once.
      return undefined;
  }
}
