/** The purge triggers of the CDN family, declared once for both products. */
import * as z from "zod";
import { Slot, type World } from "../../../core/context.ts";
import type { Failure, Operation, Resource, Problem } from "../../../engine/define/index.ts";
import type { Fallbacks } from "../../../trigger-kit/budget-inputs.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { expressionProblem, tagProblem } from "../../../trigger-kit/targets.ts";
import { hostProblem, urlProblem } from "../../../trigger-kit/urls.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import type { AlibabaContext } from "../client.ts";
import { refresh, refreshByTag, type RefreshQuota } from "./client.ts";
import { fileWindow, refreshLimits, refreshTypes, type RefreshType } from "./limits.ts";
import type { RefreshProduct } from "./product.ts";
import { refreshService, type ListedAs } from "./refresh-service.ts";

const typeWords: Readonly<Record<RefreshType, string>> = {
  File: "URLs of single files. 1,000 and 10 domains a call.",
  Directory: "URLs of directories, ending with `/`. 100 and 10 domains a call.",
  Regex: "URLs with a regular expression in the path. 1 a call.",
  ExQuery: "URLs of files whose every query string is purged, in the word of CDN's SDKs.",
  IgnoreParams: "URLs of files whose every query string is purged.",
  CacheTag: "Cache tags of the domain `domainName`. The feature must be switched on for it in the console.",
};

export type RefreshLane = ReturnType<typeof refreshLane>;

export function refreshLane({ module, types }: Pick<RefreshProduct, "module" | "types">) {
  return {
    type: vendorType("CDN and DCDN", types)
      .default("File")
      .meta({
        description: "What the targets are.",
        type: `${module}:PurgeType`,
        values: Object.fromEntries(types.map((type) => [type, typeWords[type]])),
      }),
    domainName: z.string().optional().meta({
      description:
        "With type `CacheTag`: the domain whose tagged content is purged; exactly one. Where it changes, the tags are purged at the new one, though the hash is the same.",
    }),
    force: z.boolean().optional().meta({
      description:
        "Delete the copies instead of marking them stale (stale ones are compared with the origin first). Not for type `File`, which always deletes.",
    }),
  };
}

/** The counter of the quota that each type uses. */
export const counters: Readonly<Record<RefreshType, keyof RefreshQuota | undefined>> = {
  File: "url",
  Directory: "directory",
  Regex: "regex",
  ExQuery: "ignoreParams",
  IgnoreParams: "ignoreParams",
  // Whether tags count against one of these quotas is documented nowhere.
  CacheTag: undefined,
};

/** No page says how purges without parameters are listed; a file's purge, which covers less, must not be taken for one. */
const withoutQuery: ListedAs = { types: ["ignoreparams", "exquery"], perhaps: "file" };
/** What the lists call them: `path` is DCDN's word for a directory. Of tags no page says how they are listed. */
const listedTypes: Readonly<Record<RefreshType, ListedAs | undefined>> = {
  File: { types: ["file"] },
  Directory: { types: ["directory", "path"] },
  Regex: { types: ["regex"] },
  ExQuery: withoutQuery,
  IgnoreParams: withoutQuery,
  CacheTag: undefined,
};

/** Of hosts and of everything there is no purge; tags are purged for one domain, and only where the feature is on. */
export function refreshFallbacks(kind: string): Fallbacks {
  return kind === "File" || kind === "ExQuery" || kind === "IgnoreParams"
    ? { directory: () => ({ type: "Directory" }) }
    : {};
}

/** Tags are purged at each domain for itself. */
export function otherDomain(before: { readonly domainName?: string | undefined }, now: typeof before): boolean {
  return before.domainName?.toLowerCase() !== now.domainName?.toLowerCase();
}

export function refreshTrigger(product: RefreshProduct, description: string): Resource<AlibabaContext> {
  const { family, schemeless } = product;
  return definePurge<AlibabaContext, RefreshLane, Record<never, never>>({
    token: `edgecache:${product.module}:PurgeTrigger`,
    description,
    lane: refreshLane(product),
    inputs: {},
    targetProblem: schemeless
      ? (kind, target) => refreshTargetProblem(kind, kind === "CacheTag" ? target : withScheme(target))
      : refreshTargetProblem,
    ...(schemeless ? { spell: (kind) => (kind === "CacheTag" ? undefined : withScheme) } : {}),
    takesUrls: (kind) => kind !== "CacheTag",
    fallbacks: refreshFallbacks,
    widened: otherDomain,
    check: checkRefresh,
    note: noteTagFeature,
    deleting: deletingRefresh,
    service: (context) => {
      const client = product.client(context);
      return refreshService({
        client,
        family,
        verb: "purge",
        action: ({ kind }) => (kind === "CacheTag" ? family.refreshByTag : family.refresh),
        rules: ({ options }) => refreshLimits[options.type],
        domainLimit: ({ options }) => (options.type === "File" ? fileWindow : undefined),
        pace: product.pace,
        quotaResets: product.quotaResets,
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

/** Type File always deletes. */
export function deletingRefresh<O extends { readonly type: RefreshType; readonly force?: boolean | undefined }>(
  options: O,
): O | undefined {
  return options.force === true || options.type === "File" ? undefined : { ...options, force: true };
}

const noted = new Slot<Set<string>>("domains purged by tag");

/** No operation of the vendor tells whether the feature is on, so that it can only be said, once for each domain. */
export function noteTagFeature(
  known: Readonly<Record<string, unknown>>,
  { preview, log }: Operation,
  context: World,
): void {
  const { type, domainName } = known;
  if (!preview || type !== "CacheTag" || typeof domainName !== "string") return;
  const domains = context.share(noted, () => new Set<string>());
  if (domains.has(domainName)) return;
  domains.add(domainName);
  log.info(
    `${domainName}: tags are purged only where the cache tag feature of the domain is switched on in the vendor's console, which also names the response header that carries them; no API tells whether it is`,
  );
}

/** CDN's page has targets as "domain/path"; with and without scheme they are the same. */
function withScheme(target: string): string {
  const [, host = ""] = /^([^/?#:\s]+)\//.exec(target) ?? [];
  return /.\../.test(host) ? `https://${target}` : target;
}

interface Given {
  readonly type?: RefreshType | undefined;
  readonly domainName?: string | undefined;
  readonly force?: boolean | undefined;
}

export function checkRefresh({ type, domainName, force }: Given, names: ReadonlySet<string>): Failure[] {
  if (type === undefined) return [];
  const failures: Failure[] = [];
  if (type === "CacheTag" && !names.has("domainName")) {
    failures.push({ path: ["domainName"], reason: "is required with type CacheTag: tags are purged for one domain" });
  }
  if (domainName !== undefined && type !== "CacheTag") {
    failures.push({ path: ["domainName"], reason: `belongs to type CacheTag, not ${type}` });
  }
  if (force === true && type === "File") {
    failures.push({ path: ["force"], reason: "does not apply to type File, which always deletes" });
  }
  const host = domainName === undefined ? undefined : hostProblem(domainName);
  if (host !== undefined) failures.push({ path: ["domainName"], ...host });
  return failures;
}

export function refreshTargetProblem(kind: string, target: string): Problem | undefined {
  const type: RefreshType | undefined = refreshTypes.find((each) => each === kind);
  switch (type) {
    case "File":
    case "ExQuery":
    case "IgnoreParams":
      return urlProblem(target, "file");
    case "Directory":
      return urlProblem(target, "directory");
    case "Regex":
      return expressionProblem(target);
    case "CacheTag":
      return tagProblem(target);
    case undefined:
      return undefined;
  }
}
