/** `edgecache:esa:PrefetchTrigger`: warms ESA's edge with what is new or changed. */
import * as z from "zod";
import { defineResource, type PreviewedInputs } from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";
import { checkPrefetch, prefetchProblem } from "../../../trigger-kit/targets.ts";
import { applyPrefetch, previewTrigger, triggerVerbs, type Binding } from "../../../trigger-kit/trigger-resource.ts";
import { prefetchInputs, prefetchOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { esaPrefetches, prefetchLane, type PrefetchLane } from "./prefetches.ts";
import { siteId } from "./site.ts";
import { prefetchDoc } from "./prefetch-trigger.doc.ts";

const inputs = {
  siteId,
  headers: z.record(z.string(), z.string()).optional().meta({
    description:
      'Request headers to prefetch with, such as `{ "Accept-Encoding": "br" }`; warms that variant. The vendor\'s default is `Accept-Encoding: gzip`.',
  }),
  ...prefetchInputs,
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

export const prefetchTrigger = defineResource<AlibabaContext, typeof inputs, typeof prefetchOutputs>({
  token: "edgecache:esa:PrefetchTrigger",
  description: prefetchDoc,
  inputs,
  outputs: prefetchOutputs,
  replaceOn: ["siteId"],
  check: checkPrefetch,
  apply: (request) => applyPrefetch(request, bind(request.desired, request.context)),
  preview: (request) => {
    const known = knownLane(request.desired);
    return previewTrigger(request, known && bind(known, request.context));
  },
  ...triggerVerbs,
});

function bind(desired: Pick<Inputs, "siteId" | "headers">, context: AlibabaContext): Binding<PrefetchLane> {
  const { siteId: site, headers } = desired;
  return {
    lane: prefetchLane({ siteId: site, headers }),
    targetProblem: prefetchProblem,
    ...esaPrefetches(context),
  };
}

const laneShape = z.object({ siteId: inputs.siteId, headers: inputs.headers });

function knownLane(desired: PreviewedInputs<Inputs>): Pick<Inputs, "siteId" | "headers"> | undefined {
  return allKnown(desired, ["siteId", "headers"]) ? laneShape.parse(desired) : undefined;
}
