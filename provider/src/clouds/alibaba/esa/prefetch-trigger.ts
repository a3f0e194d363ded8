/** `edgecache:esa:PrefetchTrigger`: warms ESA's edge with what is new or changed. */
import { headersInput } from "../../../core/headers.ts";
import { definePrefetch } from "../../../trigger-kit/define-trigger.ts";
import { prefetchProblem } from "../../../trigger-kit/targets.ts";
import type { AlibabaContext } from "../client.ts";
import { prefetchService } from "./prefetches.ts";
import { siteId } from "./site.ts";
import { prefetchDoc } from "./prefetch-trigger.doc.ts";

const lane = {
  siteId,
  headers: headersInput.optional().meta({
    description:
      'Request headers to prefetch with, such as `{ "Accept-Encoding": "br" }`; warms that variant. The vendor\'s default is `Accept-Encoding: gzip`.',
  }),
};

export const prefetchTrigger = definePrefetch<AlibabaContext, typeof lane, Record<never, never>>({
  token: "edgecache:esa:PrefetchTrigger",
  description: prefetchDoc,
  lane,
  inputs: {},
  kind: "preload",
  replaceOn: ["siteId"],
  takesUrls: () => true,
  targetProblem: (_kind, target) => prefetchProblem(target),
  service: prefetchService,
});
