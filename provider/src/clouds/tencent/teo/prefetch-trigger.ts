/** `edgecache:teo:PrefetchTrigger`: warms EdgeOne's edge with what is new or changed. */
import * as z from "zod";
import { Slot } from "../../../core/context.ts";
import { defineResource, type PreviewedInputs } from "../../../engine/define/index.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import type { TencentContext } from "../client.ts";
import { checkPrefetch, prefetchProblem } from "../../../trigger-kit/targets.ts";
import { applyPrefetch, previewTrigger, triggerVerbs, type Binding } from "../../../trigger-kit/trigger-resource.ts";
import { prefetchInputs, prefetchOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { createPrefetchTask, teoClient } from "./client.ts";
import { prefetchDoc } from "./docs.ts";
import { prefetchLimits } from "./limits.ts";
import { teoService, type TeoLane } from "./tasks.ts";
import { zoneId } from "./zone.ts";

const inputs = {
  zoneId,
  mode: z
    .enum(["default", "edge"])
    .optional()
    .meta({
      description: "How far prefetched content travels.",
      type: "teo:PrefetchMode",
      values: {
        default: "To the middle layer.",
        edge: "To the edge nodes; an allow-listed feature with a quota of its own.",
      },
    }),
  headers: z
    .array(
      z
        .object({
          name: z.string().meta({ description: "Name of the header." }),
          value: z.string().meta({ description: "Its value." }),
        })
        .meta({ type: "teo:PrefetchHeader", description: "A request header to prefetch with." }),
    )
    .optional()
    .meta({ description: "Request headers to prefetch with; warms that variant." }),
  prefetchMediaSegments: z
    .enum(["on", "off"])
    .optional()
    .meta({
      description:
        "Prefetch the segments that media descriptions name; an allow-listed feature. What goes over the quota is dropped by the cloud without a word.",
      type: "teo:Switch",
      typeDescription: "Whether segments are prefetched too.",
      values: { on: "Prefetch segments too.", off: "Prefetch only the targets themselves." },
    }),
  ...prefetchInputs,
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

interface PrefetchLane extends TeoLane {
  readonly mode: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly prefetchMediaSegments: string | undefined;
}

export const prefetchTrigger = defineResource<TencentContext, typeof inputs, typeof prefetchOutputs>({
  token: "edgecache:teo:PrefetchTrigger",
  description: prefetchDoc,
  inputs,
  outputs: prefetchOutputs,
  replaceOn: ["zoneId"],
  check: checkPrefetch,
  apply: (request) => applyPrefetch(request, bind(request.desired, request.context)),
  preview: (request) => {
    const known = knownLane(request.desired);
    return previewTrigger(request, known && bind(known, request.context));
  },
  ...triggerVerbs,
});

type LaneInputs = Pick<Inputs, "zoneId" | "mode" | "headers" | "prefetchMediaSegments">;
const slot = new Slot<Office<PrefetchLane>>("EdgeOne prefetches");

function bind(desired: LaneInputs, context: TencentContext): Binding<PrefetchLane> {
  const { zoneId: zone, mode, headers, prefetchMediaSegments } = desired;
  const lane = {
    kind: "prefetch_url",
    key: JSON.stringify([zone, mode, headers, prefetchMediaSegments]),
    zoneId: zone,
    mode,
    headers,
    prefetchMediaSegments,
  };
  return { lane, targetProblem: prefetchProblem, ...context.share(slot, () => makeDesk(context)) };
}

const laneShape = z.object({
  zoneId: inputs.zoneId,
  mode: inputs.mode,
  headers: inputs.headers,
  prefetchMediaSegments: inputs.prefetchMediaSegments,
});

function knownLane(desired: PreviewedInputs<Inputs>): LaneInputs | undefined {
  return allKnown(desired, ["zoneId", "mode", "headers", "prefetchMediaSegments"])
    ? laneShape.parse(desired)
    : undefined;
}

function makeDesk(context: TencentContext): Office<PrefetchLane> {
  const client = teoClient(context);
  const service = teoService<PrefetchLane>({
    client,
    verb: "prefetch",
    action: "CreatePrefetchTask",
    list: "DescribePrefetchTasks",
    rules: () => prefetchLimits,
    submit: ({ lane, targets }, call) => createPrefetchTask(client, { ...lane, targets }, call),
  });
  return openOffice(service, context);
}
