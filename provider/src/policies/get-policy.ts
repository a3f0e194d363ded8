/** `edgecache:index:getPolicy`: what a RAM or CAM policy must allow for a program, and nothing else. */
import { distance } from "fastest-levenshtein";
import * as z from "zod";
import type { World } from "../core/context.ts";
import { defineFunction, type Failure } from "../engine/define/index.ts";
import { callsOf, camPolicy, ramPolicy, tokens, type Use } from "./policy.ts";

const inputs = {
  uses: z
    .array(
      z
        .object({
          token: z.string().meta({
            description: "A resource or function of this package, such as `edgecache:esa:PurgeTrigger`.",
          }),
          siteId: z.string().optional().meta({ description: "Its `siteId`. ESA; absent: every site." }),
          zoneId: z.string().optional().meta({ description: "Its `zoneId`. EdgeOne; absent: every zone." }),
          domains: z
            .array(z.string())
            .optional()
            .meta({ description: "The domains of its targets. CDN and DCDN; absent: every domain." }),
          type: z.string().optional().meta({ description: "Its `type`; absent: any." }),
          bulk: z.string().optional().meta({ description: "Its `bulk`, for ESA's PurgeTrigger." }),
        })
        .meta({ type: "index:PolicyUse", description: "A resource or function as the program has it." }),
    )
    .meta({ description: "What the program uses." }),
  alibabaAccount: z
    .string()
    .default("*")
    .meta({ description: "Id of the Alibaba Cloud account, for the names of resources. Default `*`." }),
  tencentAccount: z.string().default("").meta({
    description: "UIN of Tencent Cloud's main account, for the names of resources. Default: the account of the policy.",
  }),
};

const outputs = {
  ram: z.string().optional().meta({
    description: "Policy document for Alibaba Cloud's RAM, as JSON; absent where nothing of Alibaba Cloud is used.",
  }),
  cam: z.string().optional().meta({
    description: "Policy document for Tencent Cloud's CAM, as JSON; absent where nothing of Tencent Cloud is used.",
  }),
  actions: z.array(z.string()).meta({ description: "All actions in them, such as `esa:PurgeCaches`." }),
};

export const getPolicy = defineFunction<World, typeof inputs, typeof outputs>({
  token: "edgecache:index:getPolicy",
  description:
    "Writes the least privilege that a program needs, as policy documents for RAM (Alibaba Cloud) and CAM (Tencent Cloud): " +
    "to paste, or to create with the clouds' own Pulumi providers. Needs no credentials and calls no cloud. Which action " +
    "each resource and function needs is in docs/permissions.md.",
  inputs,
  outputs,
  check: ({ uses = [] }) => uses.flatMap(checkUse),
  invoke({ inputs: { uses, alibabaAccount, tencentAccount } }) {
    const accounts = { alibaba: alibabaAccount, tencent: tencentAccount };
    const actions = new Set(uses.flatMap((use) => callsOf(use).map(({ action }) => action)));
    return Promise.resolve({
      ram: ramPolicy(uses, accounts),
      cam: camPolicy(uses, accounts),
      actions: [...actions].sort(),
    });
  },
});

function checkUse(use: Partial<Use>, index: number): Failure[] {
  const { token } = use;
  if (token === undefined || tokens.includes(token)) return [];
  const nearest = tokens.toSorted((one, other) => distance(one, token) - distance(other, token))[0] ?? "";
  return [{ path: ["uses", index, "token"], reason: `is nothing of this package; did you mean ${nearest}?` }];
}
