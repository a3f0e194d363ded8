/** `edgecache:dcdn:EdgeRoutinePurgeTrigger`: purges what edge routines cached. */
import * as z from "zod";
import { Slot } from "../../../core/context.ts";
import { defineResource, type PreviewedInputs } from "../../../engine/define/index.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import type { KindRules } from "../../../triggers/service.ts";
import { refresh, refreshByTag } from "../refresh/client.ts";
import { refreshLimits, type RefreshType } from "../refresh/limits.ts";
import {
  checkRefresh,
  counters,
  refreshInputs,
  refreshLane,
  refreshTargetProblem,
  type RefreshLane,
} from "../refresh/trigger.ts";
import { refreshService } from "../refresh/product.ts";
import type { AlibabaContext } from "../client.ts";
import { applyPurge, previewTrigger, triggerVerbs, type Binding } from "../../../trigger-kit/trigger-resource.ts";
import { purgeOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { dcdn, edgeRoutine } from "./client.ts";
import { edgeRoutineDoc } from "./docs.ts";

const inputs = {
  routineId: z
    .string()
    .regex(/^[^.\s]+\..+$/, "must be the routine's name and subdomain, such as test.mysubdomain")
    .optional()
    .meta({
      description:
        "The routine, as `Name.Subdomain`. Set it for what the Cache API wrote; leave it out for cached fetch subrequests.",
    }),
  mergeDomainName: z.array(z.string()).optional().meta({
    description: "Purge on the union of the nodes that serve these domains.",
  }),
  ...refreshInputs,
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

export const edgeRoutinePurgeTrigger = defineResource<AlibabaContext, typeof inputs, typeof purgeOutputs>({
  token: "edgecache:dcdn:EdgeRoutinePurgeTrigger",
  description: edgeRoutineDoc,
  inputs,
  outputs: purgeOutputs,
  check: checkRefresh,
  apply: (request) => applyPurge(request, bind(request.desired, request.context)),
  preview: (request) => {
    const known = knownLane(request.desired);
    return previewTrigger(request, known && bind(known, request.context));
  },
  ...triggerVerbs,
});

const slot = new Slot<Office<RefreshLane>>("edge routine purges");
type LaneInputs = Pick<Inputs, "type" | "domainName" | "force" | "routineId" | "mergeDomainName">;

function bind(desired: LaneInputs, context: AlibabaContext): Binding<RefreshLane> {
  const { type: kind, domainName, force, routineId } = desired;
  const lane = refreshLane({ kind, domainName, force, routineId, mergeDomainName: desired.mergeDomainName?.join(",") });
  const office = context.share(slot, () => makeDesk(context));
  return { lane, targetProblem: (target) => refreshTargetProblem(kind, target), ...office };
}

const laneShape = z.object({
  type: inputs.type,
  domainName: inputs.domainName,
  force: inputs.force,
  routineId: inputs.routineId,
  mergeDomainName: inputs.mergeDomainName,
});

function knownLane(desired: PreviewedInputs<Inputs>): LaneInputs | undefined {
  return allKnown(desired, ["type", "domainName", "force", "routineId", "mergeDomainName"])
    ? laneShape.parse(desired)
    : undefined;
}

/** All URLs of a call must be of one domain; and no page says whether the vendor lists these tasks. */
export const edgeRoutineRules = (type: RefreshType): KindRules =>
  type === "CacheTag" ? refreshLimits[type] : { ...refreshLimits[type], hostsPerCall: 1, listed: "maybe" };

function makeDesk(context: AlibabaContext): Office<RefreshLane> {
  const client = dcdn.client(context);
  const service = refreshService<RefreshLane>({
    client,
    family: dcdn.family,
    verb: "purge",
    action: (lane) => (lane.kind === "CacheTag" ? edgeRoutine.refreshByTag : edgeRoutine.refresh),
    rules: (lane) => edgeRoutineRules(lane.kind),
    pace: dcdn.pace,
    counter: (lane) => counters[lane.kind],
    submit({ lane, targets }, call) {
      const { kind, domainName, force, routineId, mergeDomainName } = lane;
      return kind === "CacheTag"
        ? refreshByTag(
            client,
            {
              action: edgeRoutine.refreshByTag,
              tags: targets,
              force,
              more: { Domain: domainName, MergeDomainName: mergeDomainName },
            },
            call,
          )
        : refresh(
            client,
            {
              action: edgeRoutine.refresh,
              paths: targets,
              type: kind,
              force,
              form: false,
              more: { RoutineId: routineId, MergeDomainName: mergeDomainName },
            },
            call,
          );
    },
  });
  return openOffice(service, context);
}
