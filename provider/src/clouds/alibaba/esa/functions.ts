/** ESA's questions: what is set, what is going on, what is left. */
import * as z from "zod";
import {
  defineFunction,
  type FunctionDefinition,
  type Shape,
  type ProviderFunction,
} from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";
import { vendorType } from "../../../trigger-kit/type-names.ts";
import { checkWindow, toWindow, vendorTime, windowInputs } from "../../../trigger-kit/time-window.ts";
import {
  cacheTag,
  describePreloadTasks,
  describePurgeTasks,
  esaClient,
  getCacheTag,
  getPurgeQuota,
  getSite,
  listSites,
  listUploadTasks,
  quota,
  requestId,
  site,
  task,
  uploadTask,
} from "./client.ts";
import { memoryMs, purgeTypes } from "./limits.ts";
import { siteId, siteVersion } from "./site.ts";

/** Fixes the context, so that the rest is inferred. */
function ask<I extends Shape, O extends Shape>(
  definition: FunctionDefinition<AlibabaContext, I, O>,
): ProviderFunction<AlibabaContext> {
  return defineFunction(definition);
}

const cacheTagFunction = ask({
  token: "edgecache:esa:getCacheTag",
  description: "Reads which response header carries cache tags, for one version of a site.",
  inputs: {
    siteId,
    siteVersion,
  },
  outputs: {
    ...cacheTag.outputs,
    siteVersion: z.number().int().meta({ description: "The version that was read." }),
  },
  async invoke({ inputs, operation, context }) {
    const found = await getCacheTag(esaClient(context), inputs, operation);
    return {
      ...found,
      tagName: found.tagName === "" ? "Cache-Tag" : found.tagName,
      caseInsensitive: found.caseInsensitive === "" ? "off" : found.caseInsensitive,
      siteVersion: found.siteVersion ?? inputs.siteVersion,
    };
  },
});

const taskFilters = {
  siteId,
  status: z
    .enum(["Complete", "Refreshing", "Failed"])
    .optional()
    .meta({
      description: "Only tasks in this state.",
      type: "esa:TaskState",
      typeDescription: "How far a purge or prefetch task is.",
      values: { Complete: "Done.", Refreshing: "Going on.", Failed: "Failed." },
    }),
  content: z.string().optional().meta({ description: "Only this target, exactly." }),
  ...windowInputs,
};

const tasks = z
  .array(task.output.meta({ type: "esa:Task", description: "What happens to one target." }))
  .meta({ description: "All tasks that match." });

const purgeTasks = ask({
  token: "edgecache:esa:getPurgeTasks",
  description: "Lists purge tasks of a site, all pages. The vendor remembers three days.",
  inputs: {
    ...taskFilters,
    type: z.enum(purgeTypes).default("file").meta({
      description: "Type of the targets; the vendor lists one type at a time. Default `file`.",
      type: "esa:PurgeType",
    }),
  },
  outputs: { tasks },
  check: checkWindow,
  async invoke({ inputs, operation, context }) {
    const client = esaClient(context);
    const window = toWindow(inputs, { ...vendorTime(client), memoryMs });
    return { tasks: await describePurgeTasks(client, { ...inputs, ...window }, operation) };
  },
});

const prefetchTasks = ask({
  token: "edgecache:esa:getPrefetchTasks",
  description: "Lists prefetch tasks of a site, all pages. The vendor remembers three days.",
  inputs: taskFilters,
  outputs: { tasks },
  check: checkWindow,
  async invoke({ inputs, operation, context }) {
    const client = esaClient(context);
    const window = toWindow(inputs, { ...vendorTime(client), memoryMs });
    return { tasks: await describePreloadTasks(client, { ...inputs, ...window }, operation) };
  },
});

const purgeQuota = ask({
  token: "edgecache:esa:getPurgeQuota",
  description: "Reads how much of a site's purge allowance is used and left.",
  inputs: {
    siteId,
    type: z
      .enum(purgeTypes)
      .exclude(["cachekey"])
      .default("file")
      .meta({
        description: "Type of the targets; each has an allowance of its own. Default `file`.",
        type: "esa:QuotaType",
        typeDescription: "Types of targets that have an allowance of their own.",
        values: {
          file: "URLs of single files.",
          cachetag: "Cache tags.",
          directory: "URLs of directories.",
          ignoreParams: "URLs of files whose every query string is purged.",
          hostname: "Host names.",
          purgeall: "Whole sites.",
        },
      }),
  },
  outputs: {
    ...quota.outputs,
    remaining: z.number().meta({ description: "Left today." }),
  },
  async invoke({ inputs, operation, context }) {
    const found = await getPurgeQuota(esaClient(context), inputs, operation);
    return { ...found, remaining: Math.max(0, found.quota - found.usage) };
  },
});

const uploadTypes = ["file", "preload", "directory", "ignoreParams"] as const;

const uploadTaskInfo = z.object({
  ...uploadTask.outputs,
  errorCodes: z.array(z.string()).meta({ description: "The codes of `errorCode`, one by one." }),
});

const uploadTasks = ask({
  token: "edgecache:esa:getUploadTasks",
  description:
    "Lists the tasks that were made from uploaded files (ListUploadTasks). The vendor remembers three days; without times, the last 24 hours are listed.",
  inputs: {
    siteId,
    type: vendorType("ESA", uploadTypes)
      .optional()
      .meta({
        description: "Only tasks of this type.",
        type: "esa:UploadType",
        values: {
          file: "Purge of files.",
          preload: "Prefetch.",
          directory: "Purge of directories.",
          ignoreParams: "Purge of files with every query string.",
        },
      }),
    ...windowInputs,
  },
  outputs: {
    tasks: z
      .array(uploadTaskInfo.meta({ type: "esa:UploadTaskInfo", description: "A task made from an uploaded file." }))
      .meta({ description: "All tasks that match." }),
    requestId: requestId.output,
  },
  // The page: an end "earlier than" the start is refused.
  check: (given) => checkWindow(given, "nothing"),
  async invoke({ inputs, operation, context }) {
    const client = esaClient(context);
    const window = toWindow(inputs, { ...vendorTime(client), memoryMs });
    // This one list spells the type in lower case.
    const query = { siteId: inputs.siteId, type: inputs.type?.toLowerCase(), ...window };
    const { tasks: found, ...rest } = await listUploadTasks(client, query, operation);
    return { ...rest, tasks: found.map((each) => ({ ...each, errorCodes: codesOf(each.errorCode) })) };
  },
});

function codesOf(errorCode: string): string[] {
  return errorCode
    .split(",")
    .map((code) => code.trim())
    .filter((code) => code !== "");
}

const oneSite = ask({
  token: "edgecache:esa:getSite",
  description: "Reads one site by its id.",
  inputs: { siteId },
  outputs: site.outputs,
  invoke: ({ inputs, operation, context }) => getSite(esaClient(context), inputs.siteId, operation),
});

const sites = ask({
  token: "edgecache:esa:getSites",
  description: "Lists the account's sites, all pages. The way from a domain to its `siteId`.",
  inputs: {
    siteName: z.string().optional().meta({ description: "Only sites of this name; see `siteSearchType`." }),
    siteSearchType: z
      .enum(["exact", "prefix", "suffix", "fuzzy"])
      .optional()
      .meta({
        description: "How `siteName` is compared; the vendor's default is `exact`.",
        type: "esa:SiteSearchType",
        typeDescription: "How names of sites are compared.",
        values: {
          exact: "The whole name.",
          prefix: "The name begins so.",
          suffix: "The name ends so.",
          fuzzy: "The vendor's fuzzy match.",
        },
      }),
    status: z.string().optional().meta({ description: "Only sites in this state." }),
    accessType: z
      .enum(["NS", "CNAME"])
      .optional()
      .meta({
        description: "Only sites with this access.",
        type: "esa:AccessType",
        typeDescription: "How a site is connected to ESA.",
        values: { NS: "ESA answers for the whole domain.", CNAME: "The domain's own DNS points its hosts to ESA." },
      }),
    coverage: z
      .enum(["domestic", "global", "overseas"])
      .optional()
      .meta({
        description: "Only sites with this coverage.",
        type: "esa:Coverage",
        typeDescription: "Where a site is accelerated.",
        values: {
          domestic: "In the Chinese mainland only.",
          global: "Everywhere.",
          overseas: "Everywhere but in the Chinese mainland.",
        },
      }),
    planSubscribeType: z
      .string()
      .optional()
      .meta({ description: "Only sites of this plan, such as `enterpriseplan`." }),
    resourceGroupId: z.string().optional().meta({ description: "Only sites of this resource group." }),
  },
  outputs: {
    sites: z
      .array(site.output.meta({ type: "esa:Site", description: "A site." }))
      .meta({ description: "All sites that match." }),
  },
  invoke: async ({ inputs, operation, context }) => ({ sites: await listSites(esaClient(context), inputs, operation) }),
});

export const functions = [cacheTagFunction, purgeTasks, prefetchTasks, purgeQuota, uploadTasks, oneSite, sites];
