/** The purge triggers of the CDN family, declared once for both products. */
import * as z from "zod";
import type { Failure, Resource } from "../../../engine/define/index.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { hostProblem, tagProblem, urlProblem } from "../../../trigger-kit/targets.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import type { AlibabaContext } from "../client.ts";
import { refresh, refreshByTag, type RefreshQuota } from "./client.ts";
import { refreshLimits, refreshTypes, type RefreshType } from "./limits.ts";
import type { RefreshProduct } from "./product.ts";
import { refreshService } from "./service.ts";

export const refreshLane = {
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
};

/** The counter of the quota that each type uses. */
export const counters: Readonly<Record<RefreshType, keyof RefreshQuota | undefined>> = {
  File: "url",
  Directory: "directory",
  Regex: "regex",
  IgnoreParams: "ignoreParams",
  // Whether tags count against one of these quotas is documented nowhere.
  CacheTag: undefined,
};

/**
 * What the lists call them: `path` is DCDN's word for a directory. Of tags and
 * of purges without parameters no page says how they are listed.
 */
const listedTypes: Readonly<Record<RefreshType, readonly string[] | undefined>> = {
  File: ["file"],
  Directory: ["directory", "path"],
  Regex: ["regex"],
  IgnoreParams: ["ignoreparams", "exquery", "file"],
  CacheTag: undefined,
};

export function refreshTrigger(product: RefreshProduct, description: string): Resource<AlibabaContext> {
  const { family } = product;
  return definePurge<AlibabaContext, typeof refreshLane, Record<never, never>>({
    token: `edgecache:${product.module}:PurgeTrigger`,
    description,
    lane: refreshLane,
    inputs: {},
    targetProblem: refreshTargetProblem,
    check: checkRefresh,
    service: (context) => {
      const client = product.client(context);
      return refreshService({
        client,
        family,
        verb: "purge",
        action: ({ kind }) => (kind === "CacheTag" ? family.refreshByTag : family.refresh),
        rules: ({ options }) => refreshLimits[options.type],
        pace: product.pace,
        counter: ({ options }) => counters[options.type],
        listedAs: ({ options }) => listedTypes[options.type],
        submit({ options: { type, domainName, force } }, targets, call) {
          if (type === "CacheTag") {
            const more = { DomainName: domainName };
            return refreshByTag(client, { action: family.refreshByTag, tags: targets, force, more }, call);
          }
          const { refresh: action, refreshAsForm: form } = family;
          return refresh(client, { action, paths: targets, type, force, form }, call);
        },
      });
    },
  });
}

interface Given {
  readonly type?: RefreshType | undefined;
  readonly domainName?: string | undefined;
}

export function checkRefresh({ type, domainName }: Given, names: ReadonlySet<string>): Failure[] {
  if (type === undefined) return [];
  const failures: Failure[] = [];
  if (type === "CacheTag" && !names.has("domainName")) {
    failures.push({ path: ["domainName"], reason: "is required with type CacheTag: tags are purged for one domain" });
  }
  if (domainName !== undefined && type !== "CacheTag") {
    failures.push({ path: ["domainName"], reason: `belongs to type CacheTag, not ${type}` });
  }
  const host = domainName === undefined ? undefined : hostProblem(domainName);
  if (host !== undefined) failures.push({ path: ["domainName"], reason: host });
  return failures;
}

export function refreshTargetProblem(kind: string, target: string): string | undefined {
  const type: RefreshType | undefined = refreshTypes.find((each) => each === kind);
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
    case undefined:
      return undefined;
  }
}
