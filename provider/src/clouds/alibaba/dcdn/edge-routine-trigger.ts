/** `edgecache:dcdn:EdgeRoutinePurgeTrigger`: purges what edge routines cached. */
import * as z from "zod";
import type { Failure } from "../../../engine/define/index.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { hostProblem } from "../../../trigger-kit/urls.ts";
import type { KindRules } from "../../../triggers/service.ts";
import type { AlibabaContext } from "../client.ts";
import { refresh, refreshByTag } from "../refresh/client.ts";
import { edgeRoutineFileWindow, refreshLimits, type RefreshType } from "../refresh/limits.ts";
import { refreshService } from "../refresh/refresh-service.ts";
import {
  checkRefresh,
  counters,
  deletingRefresh,
  noteTagFeature,
  otherDomain,
  refreshFallbacks,
  refreshLane,
  refreshTargetProblem,
} from "../refresh/trigger.ts";
import { dcdn, edgeRoutine } from "./client.ts";
import { edgeRoutineDoc } from "./docs.ts";

const lane = {
  routineId: z
    .string()
    .regex(/^[^.\s]+\..+$/, "must be the routine's name and subdomain, such as test.mysubdomain")
    .optional()
    .meta({
      description:
        "The routine, as `Name.Subdomain`. Set it for what the Cache API wrote; leave it out for cached fetch subrequests. Where it changes, the targets are purged in the new one, though the hash is the same.",
    }),
  mergeDomainName: z.array(z.string()).optional().meta({
    description: "Purge on the union of the nodes that serve these domains.",
  }),
  ...refreshLane(dcdn),
};

export const edgeRoutinePurgeTrigger = definePurge<AlibabaContext, typeof lane, Record<never, never>>({
  token: "edgecache:dcdn:EdgeRoutinePurgeTrigger",
  description: edgeRoutineDoc,
  lane,
  inputs: {},
  takesUrls: (kind) => kind !== "CacheTag",
  fallbacks: refreshFallbacks,
  // Each routine has a cache of its own.
  widened: (before, now) => before.routineId !== now.routineId || otherDomain(before, now),
  targetProblem: refreshTargetProblem,
  check,
  note: noteTagFeature,
  deleting: deletingRefresh,
  service: (context) => {
    const client = dcdn.client(context);
    return refreshService({
      client,
      family: dcdn.family,
      verb: "purge",
      action: ({ kind }) => (kind === "CacheTag" ? edgeRoutine.refreshByTag : edgeRoutine.refresh),
      rules: ({ options }) => edgeRoutineRules(options.type),
      domainLimit: ({ options }) => (options.type === "File" ? edgeRoutineFileWindow : undefined),
      pace: dcdn.pace,
      quotaResets: dcdn.quotaResets,
      counter: ({ options }) => counters[options.type],
      // A row does not say whether DCDN's cache was purged or the routine's, so none can stand for a lost call.
      listedAs: () => undefined,
      submit({ options: { type, domainName, force, routineId, mergeDomainName } }, targets, call) {
        const MergeDomainName = mergeDomainName?.join(",");
        if (type === "CacheTag") {
          const more = { Domain: domainName, MergeDomainName };
          return refreshByTag(client, { action: edgeRoutine.refreshByTag, tags: targets, force, more }, call);
        }
        const more = { RoutineId: routineId, MergeDomainName };
        return refresh(client, { action: edgeRoutine.refresh, paths: targets, type, force, form: false, more }, call);
      },
    });
  },
});

function check(given: Partial<z.output<z.ZodObject<typeof lane>>>, names: ReadonlySet<string>): Failure[] {
  const failures = checkRefresh(given, names);
  if (given.type === "CacheTag" && given.routineId !== undefined) {
    const reason =
      "does not apply to type CacheTag: the vendor's purge by tag has no RoutineId, and covers every routine";
    failures.push({ path: ["routineId"], reason });
  }
  given.mergeDomainName?.forEach((domain, index) => {
    const problem = domain.includes("*")
      ? {
          reason:
            "has a wildcard, which the vendor refuses with InvalidExtensiveDomain.ValueNotSupported; name each domain",
        }
      : hostProblem(domain);
    if (problem !== undefined) failures.push({ path: ["mergeDomainName", index], ...problem });
  });
  return failures;
}

/** All URLs of a call must be of one domain; and no page says whether the vendor lists these tasks. */
export const edgeRoutineRules = (type: RefreshType): KindRules =>
  type === "CacheTag" ? refreshLimits[type] : { ...refreshLimits[type], hostsPerCall: 1, listed: "maybe" };
