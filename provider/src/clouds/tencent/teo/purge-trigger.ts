/** `edgecache:teo:PurgeTrigger`: purges EdgeOne's edge when content changed, and only then. */
import * as z from "zod";
import type { Failure, Operation, Problem } from "../../../engine/define/index.ts";
import type { Fallbacks } from "../../../trigger-kit/budget-inputs.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { tagProblem } from "../../../trigger-kit/targets.ts";
import { hostProblem, urlProblem } from "../../../trigger-kit/urls.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import type { TencentContext } from "../client.ts";
import { createPurgeTask, teoClient } from "./client.ts";
import { purgeDoc } from "./docs.ts";
import { purgeLimits, purgeTypes, type PurgeType } from "./limits.ts";
import { teoService } from "./tasks.ts";
import { zoneId } from "./zone.ts";

const lane = {
  zoneId,
  type: vendorType("EdgeOne", purgeTypes).meta({
    description: "What the targets are.",
    type: "teo:PurgeType",
    values: {
      purge_url: "URLs of single files, with scheme.",
      purge_prefix: "URLs of directories, ending with `/`.",
      purge_host: "Host names, without wildcard.",
      purge_all: "The whole zone; takes no targets.",
      purge_cache_tag: "Cache tags, as the origin's response header `Cache-Tag` names them.",
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
      "With purge_cache_tag: the host names whose tagged content is purged. The vendor's pages disagree on whether it may be left out. Where one is added, the tags are purged at all that are listed, though the hash is the same.",
  }),
  encodeUrl: z.boolean().optional().meta({
    description: "Let the cloud percent-encode what is not (RFC 3986).",
    deprecationMessage: "The vendor has deprecated EncodeUrl; give targets percent-encoded.",
  }),
};
type Own = z.output<z.ZodObject<typeof lane>>;

export const purgeTrigger = definePurge<TencentContext, typeof lane, Record<never, never>>({
  token: "edgecache:teo:PurgeTrigger",
  description: purgeDoc,
  lane,
  inputs: {},
  replaceOn: ["zoneId"],
  widened,
  everything: ["purge_all"],
  takesUrls: (kind) => kind === "purge_url" || kind === "purge_prefix",
  fallbacks: (kind) => fallbacks[purgeTypes.find((type) => type === kind) ?? "purge_all"],
  targetProblem,
  check,
  note,
  deleting(options) {
    if (options.method === "delete" || options.type === "purge_url") return undefined;
    // By the China document tags are deleted, by the international one marked stale; Method does not apply to them.
    return options.type === "purge_cache_tag" ? "cannot" : { ...options, method: "delete" };
  },
  service(context) {
    const client = teoClient(context);
    return teoService({
      client,
      verb: "purge",
      action: "CreatePurgeTask",
      list: "DescribePurgeTasks",
      rules: ({ options }) => purgeLimits[options.type],
      // Rows say how copies were purged, but not for which hosts a tag was.
      identify: ({ options: { method, cacheTagDomains } }) =>
        cacheTagDomains === undefined
          ? (task) => method === undefined || task.method === "" || task.method === method
          : undefined,
      submit({ lane: { options }, targets }, call) {
        const { zoneId: zone, type, method, cacheTagDomains, encodeUrl } = options;
        const listed = targets === "all" ? undefined : targets;
        return createPurgeTask(
          client,
          { zoneId: zone, type, method, targets: listed, cacheTagDomains, encodeUrl },
          call,
        );
      },
    });
  },
});

/** Tags are purged at each domain for itself, and in the whole zone where none is named. */
function widened({ cacheTagDomains: before }: Own, { cacheTagDomains: now }: Own): boolean {
  if (before === undefined) return false;
  const known = new Set(before.map((domain) => domain.toLowerCase()));
  return now === undefined || now.some((domain) => !known.has(domain.toLowerCase()));
}

const everything = { all: () => ({ type: "purge_all", cacheTagDomains: undefined }) };
const byPlace = {
  ...everything,
  hostname: () => ({ type: "purge_host" }),
  tag: (hosts: readonly string[]) => ({ type: "purge_cache_tag", method: undefined, cacheTagDomains: [...hosts] }),
};
/** A directory's purge, a host's, a tag's and a zone's cover what files and directories name. */
const fallbacks: Readonly<Record<PurgeType, Fallbacks>> = {
  purge_url: { directory: () => ({ type: "purge_prefix" }), ...byPlace },
  purge_prefix: byPlace,
  purge_host: everything,
  purge_cache_tag: everything,
  purge_all: {},
};

function note({ type, cacheTagDomains }: Readonly<Record<string, unknown>>, { preview, log }: Operation): void {
  if (preview && type === "purge_cache_tag" && cacheTagDomains === undefined) {
    log.info("cacheTagDomains is not set: newer pages of the vendor call it required for purge_cache_tag");
  }
}

function check(given: Partial<Own> & { readonly fallback?: unknown }): Failure[] {
  const { type, zoneId: zone, method, cacheTagDomains, fallback } = given;
  if (type === undefined) return [];
  const failures: Failure[] = [];
  if (type === "purge_all" && zone === "*") {
    failures.push({ path: ["zoneId"], reason: "must name one zone: the cloud takes * with every type but purge_all" });
  }
  if (fallback === "all" && zone === "*") {
    failures.push({ path: ["fallback"], reason: "needs one zone: the cloud takes * with every type but purge_all" });
  }
  if (method !== undefined && (type === "purge_url" || type === "purge_cache_tag")) {
    failures.push({ path: ["method"], reason: `belongs to types purge_prefix, purge_host and purge_all, not ${type}` });
  }
  if (cacheTagDomains !== undefined && type !== "purge_cache_tag") {
    failures.push({ path: ["cacheTagDomains"], reason: `belongs to type purge_cache_tag, not ${type}` });
  }
  cacheTagDomains?.forEach((domain, index) => {
    const problem = hostProblem(domain);
    if (problem !== undefined) failures.push({ path: ["cacheTagDomains", index], ...problem });
  });
  return failures;
}

function targetProblem(kind: string, target: string): Problem | undefined {
  const type: PurgeType | undefined = purgeTypes.find((each) => each === kind);
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
    case undefined:
      return undefined;
  }
}
