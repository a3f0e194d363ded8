/** The prefetch triggers of the CDN family, declared once for both products. */
import * as z from "zod";
import { headersOf, headerValueInput } from "../../../core/headers.ts";
import type { Resource } from "../../../engine/define/index.ts";
import { definePrefetch } from "../../../trigger-kit/define-trigger.ts";
import { prefetchProblem } from "../../../trigger-kit/targets.ts";
import type { AlibabaContext } from "../client.ts";
import { push } from "./client.ts";
import { prefetchRules } from "./limits.ts";
import type { RefreshProduct } from "./product.ts";
import { refreshService } from "./refresh-service.ts";

const lane = {
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
  withHeader: headersOf(z.union([headerValueInput, z.array(headerValueInput)]))
    .optional()
    .meta({
      description:
        'Request headers to prefetch with, a value or a list each, such as `{ "Accept-Encoding": "gzip" }`; warms that variant.',
    }),
  queryHashkey: z
    .boolean()
    .optional()
    .meta({ description: "Use the query string in the cache key as the domain's rules say." }),
};

export function prefetchTrigger(product: RefreshProduct, description: string): Resource<AlibabaContext> {
  const { push: action } = product.family;
  return definePrefetch<AlibabaContext, typeof lane, Record<never, never>>({
    token: `edgecache:${product.module}:PrefetchTrigger`,
    description,
    lane,
    inputs: {},
    kind: "preload",
    takesUrls: () => true,
    targetProblem: (_kind, target) => prefetchProblem(target),
    service: (context) => {
      const client = product.client(context);
      return refreshService({
        client,
        family: product.family,
        verb: "prefetch",
        action: () => action,
        rules: () => prefetchRules,
        pace: product.pace,
        quotaResets: product.quotaResets,
        counter: () => "preload",
        listedAs: () => ({ types: ["preload"] }),
        submit: ({ options: { area, l2Preload, withHeader, queryHashkey } }, targets, call) =>
          push(client, action, targets, { area, l2Preload, withHeader, queryHashkey }, call),
      });
    },
  });
}
