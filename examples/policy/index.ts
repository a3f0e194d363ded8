import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy";
import { tooMuch, type Budget, type Plan } from "./budget";

/** A stack policy, because the plan is an output: those are known when the whole program has been previewed. */
const budget: StackValidationPolicy = {
  name: "purge-budget",
  description: "A run purges no more than a share of the site.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      percent: { type: "number", default: 20 },
      always: { type: "number", default: 10 },
      coarse: { type: "boolean", default: false },
    },
  },
  validateStack(stack, report) {
    const limits = stack.getConfig<Budget>();
    for (const { type, urn, props } of stack.resources) {
      if (!/^edgecache:.*PurgeTrigger$/.test(type)) continue;
      const plan: Plan | undefined = props["plan"];
      const why = plan === undefined ? undefined : tooMuch(plan, limits);
      if (why !== undefined) report(why, urn);
    }
  },
};

new PolicyPack("edgecache-policy", { policies: [budget] });
