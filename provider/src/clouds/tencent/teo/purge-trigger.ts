/** `edgecache:teo:PurgeTrigger`: purges EdgeOne's edge when content changed, and only then. */
import * as z from "zod";
import { Slot } from "../../../core/context.ts";
import { defineResource, type Failure, type PreviewedInputs } from "../../../engine/define/index.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import type { TencentContext } from "../client.ts";
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
import { createPurgeTask, teoClient } from "./client.ts";
import { purgeDoc } from "./docs.ts";
import { purgeLimits, purgeTypes, type PurgeType } from "./limits.ts";
import { teoService, type TeoLane } from "./tasks.ts";
import { zoneId } from "./zone.ts";

const inputs = {
  zoneId,
  type: vendorType("EdgeOne", purgeTypes).meta({
    description: "What the targets are.",
    type: "teo:PurgeType",
    values: {
      purge_url: "URLs of single files, with scheme.",
      purge_prefix: "URLs of directories, ending with `/`.",
      purge_host: "Host names, without wildcard.",
      purge_all: "The whole zone; takes no targets.",
      purge_cache_tag: "Cache tags, as the origin's header `EO-Cache-Tag` names them.",
    },
  }),
  method: z
    .enum(["invalidate", "delete"])
    .optional()
    .meta({
      description: "For purge_prefix, purge_host and purge_all. The vendor's default is `invalidate`.",
      type: "teo:PurgeMethod",
      values: {
        invalidate: "Mark copies stale; they are compared with the origin when asked for.",
        delete: "Delete the copies.",
      },
    }),
  cacheTagDomains: z.array(z.string()).optional().meta({
    description:
      "With purge_cache_tag: the host names whose tagged content is purged. The vendor's pages disagree on whether it may be left out.",
  }),
  encodeUrl: z.boolean().optional().meta({
    description: "Let the cloud percent-encode what is not (RFC 3986).",
    deprecationMessage: "The vendor has deprecated EncodeUrl; give targets percent-encoded.",
  }),
  ...purgeInputs,
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

interface PurgeLane extends TeoLane {
  readonly kind: PurgeType;
  readonly method: string | undefined;
  readonly cacheTagDomains: readonly string[] | undefined;
  readonly encodeUrl: boolean | undefined;
}

export const purgeTrigger = defineResource<TencentContext, typeof inputs, typeof purgeOutputs>({
  token: "edgecache:teo:PurgeTrigger",
  description: purgeDoc,
  inputs,
  outputs: purgeOutputs,
  replaceOn: ["zoneId"],
  check,
  apply: (request) => applyPurge(request, bind(request.desired, request.context)),
  preview: (request) => {
    const known = knownLane(request.desired);
    if (known?.type === "purge_cache_tag" && known.cacheTagDomains === undefined) {
      request.operation.log.info(
        "cacheTagDomains is not set: newer pages of the vendor call it required for purge_cache_tag",
      );
    }
    return previewTrigger(request, known && bind(known, request.context));
  },
  ...triggerVerbs,
});

type LaneInputs = Pick<Inputs, "zoneId" | "type" | "method" | "cacheTagDomains" | "encodeUrl">;
const slot = new Slot<Office<PurgeLane>>("EdgeOne purges");

function bind(desired: LaneInputs, context: TencentContext): Binding<PurgeLane> {
  const { zoneId: zone, type: kind, method, cacheTagDomains, encodeUrl } = desired;
  const lane = {
    kind,
    key: JSON.stringify([zone, kind, method, cacheTagDomains, encodeUrl]),
    zoneId: zone,
    method,
    cacheTagDomains,
    encodeUrl,
  };
  const office = context.share(slot, () => makeDesk(context));
  return { lane, targetProblem: (target) => targetProblem(kind, target), ...office };
}

const laneShape = z.object({
  zoneId: inputs.zoneId,
  type: inputs.type,
  method: inputs.method,
  cacheTagDomains: inputs.cacheTagDomains,
  encodeUrl: inputs.encodeUrl,
});

function knownLane(desired: PreviewedInputs<Inputs>): LaneInputs | undefined {
  return allKnown(desired, ["zoneId", "type", "method", "cacheTagDomains", "encodeUrl"])
    ? laneShape.parse(desired)
    : undefined;
}

function makeDesk(context: TencentContext): Office<PurgeLane> {
  const client = teoClient(context);
  const service = teoService<PurgeLane>({
    client,
    verb: "purge",
    action: "CreatePurgeTask",
    list: "DescribePurgeTasks",
    rules: (lane) => purgeLimits[lane.kind],
    submit: ({ lane, targets }, call) =>
      createPurgeTask(
        client,
        {
          zoneId: lane.zoneId,
          type: lane.kind,
          method: lane.method,
          targets: purgeLimits[lane.kind].everything === true ? undefined : targets,
          cacheTagDomains: lane.cacheTagDomains,
          encodeUrl: lane.encodeUrl,
        },
        call,
      ),
  });
  return openOffice(service, context);
}

function check(given: Partial<Inputs>, names: ReadonlySet<string>): Failure[] {
  const { type, zoneId: zone, method } = given;
  if (type === undefined) return [];
  const targets = purgeLimits[type].everything === true ? undefined : "targets";
  const failures = [...checkTrigger(given, purgeLimits[type]), ...checkGiven(names, { verb: "purge", targets })];
  if (type === "purge_all" && zone === "*")
    failures.push({ path: ["zoneId"], reason: "must name one zone: the cloud takes * with every type but purge_all" });
  if (method !== undefined && (type === "purge_url" || type === "purge_cache_tag")) {
    failures.push({ path: ["method"], reason: `belongs to types purge_prefix, purge_host and purge_all, not ${type}` });
  }
  if (given.cacheTagDomains !== undefined && type !== "purge_cache_tag") {
    failures.push({ path: ["cacheTagDomains"], reason: `belongs to type purge_cache_tag, not ${type}` });
  }
  given.cacheTagDomains?.forEach((domain, index) => {
    const reason = hostProblem(domain);
    if (reason !== undefined) failures.push({ path: ["cacheTagDomains", index], reason });
  });
  return [...failures, ...checkTargets(given, (target) => targetProblem(type, target))];
}

function targetProblem(type: PurgeType, target: string): string | undefined {
  switch (type) {
    case "purge_url":
      return urlProblem(target, "file");
    case "purge_prefix":
      return urlProblem(target, "directory");
    case "purge_host":
      return hostProblem(target);
    case "purge_cache_tag":
      return tagProblem(target);
    case "purge_all":
      // checkTrigger refuses them all at once.
      return undefined;
  }
}
