/** The questions of the CDN family, declared once for both products. */
import * as z from "zod";
import {
  defineFunction,
  type Failure,
  type FunctionDefinition,
  type Shape,
  type ProviderFunction,
} from "../../../engine/define/index.ts";
import { checkWindow, toWindow, vendorTime, windowInputs } from "../../../trigger-kit/time-window.ts";
import { describeQuota, describeTasks, task } from "./client.ts";
import type { ListedType } from "./limits.ts";
import type { RefreshProduct } from "./product.ts";
import type { AlibabaContext } from "../client.ts";

const threeDaysMs = 3 * 24 * 3600 * 1000;

function ask<I extends Shape, O extends Shape>(
  definition: FunctionDefinition<AlibabaContext, I, O>,
): ProviderFunction<AlibabaContext> {
  return defineFunction(definition);
}

const tasks = z
  .array(task.output.meta({ type: "index:RefreshTask", description: "What happens to one target." }))
  .meta({ description: "All tasks that match." });

const allowance = (what: string) =>
  z
    .object({
      quota: z.number().optional().meta({ description: "Allowed a day." }),
      remaining: z.number().optional().meta({ description: "Left today." }),
    })
    .meta({ type: "index:Allowance", typeDescription: "An allowance a day.", description: what });

function checkFilters(given: {
  readonly objectType?: string | undefined;
  readonly domainName?: string | undefined;
  readonly status?: string | undefined;
}): Failure[] {
  const lonely =
    given.objectType === undefined ? (["domainName", "status"] as const).filter((key) => given[key] !== undefined) : [];
  return lonely.map((key) => ({
    path: ["objectType"],
    reason: `is needed together with ${key} (the vendor answers MissingParameter.ObjectType)`,
  }));
}

const listedTypes: Readonly<Record<ListedType, string>> = {
  file: "Purged URLs of single files.",
  directory: "Purged directories.",
  regex: "Purged patterns.",
  preload: "Prefetched URLs.",
};

export function refreshFunctions(product: RefreshProduct): ProviderFunction<AlibabaContext>[] {
  const { module, family } = product;
  const taskFunction = ask({
    token: `edgecache:${module}:getRefreshTasks`,
    description: `Lists purge and prefetch tasks (${family.tasks}), all pages. The vendor remembers three days.`,
    inputs: {
      taskId: z.string().optional().meta({ description: "Only this task." }),
      objectPath: z.string().optional().meta({ description: "Only this target, exactly." }),
      domainName: z.string().optional().meta({ description: "Only targets of this domain; needs `objectType`." }),
      objectType: z
        .enum(product.listedTypes)
        .optional()
        .meta({
          description: "Only targets of this type.",
          type: `${module}:ListedType`,
          typeDescription: "Types of targets as the list of tasks has them.",
          values: Object.fromEntries(product.listedTypes.map((type) => [type, listedTypes[type]])),
        }),
      status: z
        .enum(["Complete", "Refreshing", "Failed"])
        .optional()
        .meta({
          description: "Only tasks in this state; needs `objectType`.",
          type: "index:ListedState",
          typeDescription: "How far a purge or prefetch task is.",
          values: { Complete: "Done.", Refreshing: "Going on.", Failed: "Failed." },
        }),
      ...windowInputs,
    },
    outputs: { tasks },
    check: (given) => [...checkWindow(given), ...checkFilters(given)],
    async invoke({ inputs, operation, context }) {
      const client = product.client(context);
      const window = toWindow(inputs, { ...vendorTime(client), memoryMs: threeDaysMs });
      return { tasks: await describeTasks(client, family, { ...inputs, ...window }, operation) };
    },
  });
  const quotaFunction = ask({
    token: `edgecache:${module}:getRefreshQuota`,
    description: `Reads how much of the account's purge and prefetch allowance is left today (${family.quota}).`,
    inputs: {},
    outputs: {
      url: allowance("Files."),
      directory: allowance("Directories."),
      regex: allowance("Regular expressions."),
      ignoreParams: allowance("Files with every query string."),
      preload: allowance("Prefetched files."),
      preloadEdge: allowance("Files prefetched to edge nodes; CDN only."),
      block: allowance("Blocked URLs."),
    },
    invoke: ({ operation, context }) => describeQuota(product.client(context), family, operation),
  });
  return [taskFunction, quotaFunction];
}
