/** `edgecache:teo:PrefetchTrigger`: warms EdgeOne's edge with what is new or changed. */
import * as z from "zod";
import { headerNameInput, headerValueInput } from "../../../core/headers.ts";
import { definePrefetch } from "../../../trigger-kit/define-trigger.ts";
import { prefetchProblem } from "../../../trigger-kit/targets.ts";
import type { TencentContext } from "../client.ts";
import { createPrefetchTask, teoClient } from "./client.ts";
import { prefetchDoc } from "./docs.ts";
import { prefetchLimits } from "./limits.ts";
import { teoService } from "./tasks.ts";
import { zoneId } from "./zone.ts";

const lane = {
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
        .strictObject({
          name: headerNameInput.meta({ description: "Name of the header." }),
          value: headerValueInput.meta({ description: "Its value." }),
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
};

export const prefetchTrigger = definePrefetch<TencentContext, typeof lane, Record<never, never>>({
  token: "edgecache:teo:PrefetchTrigger",
  description: prefetchDoc,
  lane,
  inputs: {},
  kind: "prefetch_url",
  replaceOn: ["zoneId"],
  takesUrls: () => true,
  targetProblem: (_kind, target) => prefetchProblem(target),
  service(context) {
    const client = teoClient(context);
    return teoService({
      client,
      verb: "prefetch",
      action: "CreatePrefetchTask",
      list: "DescribePrefetchTasks",
      rules: () => prefetchLimits,
      submit({ lane: { options }, targets }, call) {
        const { zoneId: zone, mode, headers, prefetchMediaSegments } = options;
        const listed = targets === "all" ? [] : targets;
        return createPrefetchTask(
          client,
          { zoneId: zone, targets: listed, mode, headers, prefetchMediaSegments },
          call,
        );
      },
    });
  },
});
