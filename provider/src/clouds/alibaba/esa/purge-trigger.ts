/** `edgecache:esa:PurgeTrigger`: purges ESA's edge when content changed, and only then. */
import * as z from "zod";
import { headersInput } from "../../../core/headers.ts";
import type { Failure, Problem } from "../../../engine/define/index.ts";
import type { Fallbacks } from "../../../trigger-kit/budget-inputs.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { tagProblem } from "../../../trigger-kit/targets.ts";
import { hostProblem, urlProblem } from "../../../trigger-kit/urls.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import type { AlibabaContext } from "../client.ts";
import { purgeTypes, type PurgeType } from "./limits.ts";
import { cacheKeyTarget, cheaperVia, isBulk, purgeService, readCacheKey, spelledCacheKey } from "./purges.ts";
import { siteId } from "./site.ts";
import { noteTagPurge } from "./tag-changes.ts";
import description from "./purge-trigger.doc.ts";

const lane = {
  siteId,
  type: vendorType("ESA", purgeTypes).meta({
    description: "What the targets are.",
    type: "esa:PurgeType",
    values: {
      file: "URLs of single files, with scheme: `https://www.example.com/a.js`. 1,000 and 10 hosts a call.",
      cachekey: "URLs with the headers that vary the cache key, in `cacheKeys`. 1,000 a call; Enterprise plan.",
      cachetag: "Cache tags. 30 a call. Which response header carries them is set by `CacheTagConfig`.",
      directory: "URLs of directories, ending with `/`. 100 and 10 hosts a call.",
      ignoreParams: "URLs of files whose every query string is purged. 100 and 10 hosts a call.",
      hostname: "Host names, without wildcard. 10 a call.",
      purgeall: "The whole site; takes no targets.",
    },
  }),
  force: z.boolean().optional().meta({
    description:
      "Delete the copies instead of marking them stale (stale ones are revalidated with the origin and kept if it answers 304). For types directory, cachetag, ignoreParams, hostname and purgeall; file and cachekey always delete.",
  }),
  edgeComputePurge: z.boolean().optional().meta({
    description: "Purge also what edge routines wrote by the Cache API.",
  }),
};

const inputs = {
  cacheKeys: z
    .array(
      z
        .strictObject({
          url: z.string().meta({ description: "Full URL of the file.", anyText: true }),
          headers: headersInput.optional().meta({
            description:
              "Headers of the cache key: `UserGeo`, `UserDeviceType` (desktop, tablet, mobile), `UserLanguage`.",
          }),
        })
        .meta({ type: "esa:CacheKey", description: "One cached variant of a file." }),
    )
    .optional()
    .meta({ description: "The targets of type `cachekey`." }),
  bulk: z
    .enum(["never", "auto"])
    .default("never")
    .meta({
      description:
        "Whether many targets may be sent as uploaded files (`UploadFile`, as `UploadTask` does) instead of in requests. For types file, directory and ignoreParams, without `edgeComputePurge`.",
      type: "esa:Bulk",
      values: {
        never: "Always by `PurgeCaches`.",
        auto: "By files where that takes fewer calls: above 4,000 URLs of one host, 400 directories. Such receipts say `via: upload`.",
      },
    }),
};
type Own = z.output<z.ZodObject<typeof lane & typeof inputs>>;

export const purgeTrigger = definePurge<AlibabaContext, typeof lane, typeof inputs>({
  token: "edgecache:esa:PurgeTrigger",
  description,
  lane,
  inputs,
  replaceOn: ["siteId"],
  everything: ["purgeall"],
  targetsIn: (kind) => (kind === "cachekey" ? "cacheKeys" : "targets"),
  targetProblem,
  spell: (kind) => (kind === "cachekey" ? spelledCacheKey : undefined),
  check,
  takesUrls: (kind) => kind === "file" || kind === "directory" || kind === "ignoreParams",
  fallbacks: (kind) => fallbacks[purgeTypes.find((type) => type === kind) ?? "purgeall"],
  sourceOf: ({ type, cacheKeys }) => (type === "cachekey" ? { targets: cacheKeys?.map(cacheKeyTarget) } : {}),
  // An upload may start before it can be told to delete.
  viaFor: ({ type, bulk }, targets, deleting) =>
    bulk === "auto" && isBulk(type) && !deleting ? cheaperVia(type, targets) : "call",
  note: noteTagPurge,
  deleting: (options) =>
    options.force === true || options.type === "file" || options.type === "cachekey"
      ? undefined
      : { ...options, force: true },
  service: purgeService,
});

const everything = { all: () => ({ type: "purgeall" }) };
const byPlace = { ...everything, hostname: () => ({ type: "hostname" }), tag: () => ({ type: "cachetag" }) };
const byDirectory = { directory: () => ({ type: "directory" }), ...byPlace };
/** A directory's purge, a host's, a tag's and a site's cover what files and directories name. */
const fallbacks: Readonly<Record<PurgeType, Fallbacks>> = {
  file: byDirectory,
  ignoreParams: byDirectory,
  directory: byPlace,
  cachekey: everything,
  cachetag: everything,
  hostname: everything,
  purgeall: {},
};

function check(given: Partial<Own> & { readonly targets?: unknown }): Failure[] {
  const { type } = given;
  if (type === undefined) return [];
  const failures: Failure[] = [];
  if (type === "cachekey" && given.targets !== undefined) {
    failures.push({ path: ["targets"], reason: "must be left out: type cachekey takes cacheKeys" });
  }
  if (type !== "cachekey" && given.cacheKeys !== undefined) {
    failures.push({ path: ["cacheKeys"], reason: `belongs to type cachekey, not ${type}` });
  }
  if (given.force === true && (type === "file" || type === "cachekey")) {
    failures.push({ path: ["force"], reason: `does not apply to type ${type}, which always deletes` });
  }
  if (given.bulk === "auto" && !isBulk(type)) {
    failures.push({ path: ["bulk"], reason: `does not apply to type ${type}, which no upload can carry` });
  }
  if (given.bulk === "auto" && given.edgeComputePurge === true) {
    failures.push({ path: ["bulk"], reason: "cannot be used together with edgeComputePurge: uploads do not know it" });
  }
  given.cacheKeys?.forEach((key, index) => {
    const problem = urlProblem(key.url, "file");
    if (problem !== undefined) failures.push({ path: ["cacheKeys", index, "url"], ...problem });
  });
  return failures;
}

function targetProblem(kind: string, target: string): Problem | undefined {
  const type: PurgeType | undefined = purgeTypes.find((each) => each === kind);
  switch (type) {
    case "file":
    case "ignoreParams":
      return urlProblem(target, "file");
    case "cachekey": {
      const key = readCacheKey(target);
      return "wrong" in key ? { reason: key.wrong } : urlProblem(key.Url, "file");
    }
    case "directory":
      return urlProblem(target, "directory");
    case "cachetag":
      return tagProblem(target);
    case "hostname":
      return hostProblem(target);
    case "purgeall":
    case undefined:
      return undefined;
  }
}
