/** The output `plan`, as policies, scripts and programs see it. */
import * as z from "zod";
import { reasons, type Reason } from "../triggers/plan.ts";
import { fallbackWords } from "../triggers/receipts.ts";
import type { Summary } from "../triggers/summary.ts";

const whole = z.number().int();

export const summarySchema = z
  .object({
    carriedOut: z.boolean().meta({
      description:
        "`false` in a preview: what is to be sent. `true` in state: what the last run sent, so it is no plan of this one.",
    }),
    granularity: z.enum(["fine", "coarse"]).meta({
      type: "index:Granularity",
      description: "How much one target stands for.",
      values: {
        fine: "Each target is one file.",
        coarse: "A target stands for many files: a directory, a host, a tag, a pattern, or everything.",
      },
    }),
    everything: z.boolean().meta({
      description:
        "No target is listed: the type covers everything there is, or the file that names them lies elsewhere.",
    }),
    targetCount: whole.meta({
      description: "How many targets are sent; with `instead`, how many coarser ones.",
    }),
    knownCount: whole.meta({
      description: "How many targets the program lists, those that it no longer lists and that are sent included.",
    }),
    reasons: z
      .array(
        z
          .object({
            reason: z.enum(reasons).meta({
              type: "index:PlanReason",
              description: "Why these targets are sent.",
              values: {
                created: "The trigger is new: what the edge holds is unknown.",
                retyped: "Another type is another statement.",
                widened:
                  "The same targets mean more than before: tags at another domain, URLs in another routine's cache.",
                hashChanged: "The one hash of all targets changed.",
                sourceChanged: "`contents` gave way to a hash for all, or the other way round.",
                changed: "Its own hash changed.",
                removed: "The program no longer lists it.",
                added: "It is new in the program.",
                owed: "An earlier run did not get it done.",
              } satisfies Record<Reason, string>,
            }),
            count: whole.meta({ description: "How many targets are sent for this reason." }),
            targets: z.array(z.string()).meta({
              description:
                "The first 10 of them, cut at 200 characters; none where targets are secret. One that is not known yet is named by its place, such as `targets[2]`.",
            }),
          })
          .meta({ type: "index:PlannedTargets", description: "Targets that are sent for one reason." }),
      )
      .meta({ description: "The targets by reason; with `instead`, those that it covers." }),
    instead: z
      .object({
        fallback: z.enum(fallbackWords).meta({ description: "By what: `directory`, `hostname`, `all` or `tag`." }),
        targets: z.array(z.string()).meta({
          description: "The first 10 of what is sent, cut at 200 characters; none where targets are secret.",
        }),
      })
      .meta({ type: "index:PlannedInstead", description: "A coarser purge in place of many targets." })
      .optional()
      .meta({ description: "Set when `fallback` takes the place of the targets." }),
    calls: whole.meta({ description: "How many calls carry them." }),
    seconds: whole.meta({
      description:
        "In a preview: how long sending takes at the vendor's pace, without waiting for tasks. In state: how long the last run took.",
    }),
    quota: z
      .object({
        limit: whole.meta({ description: "What a day allows." }),
        before: whole.meta({ description: "What is left of it." }),
        after: whole.meta({ description: "What will be left when this is sent." }),
      })
      .meta({ type: "index:PlanQuota", description: "The vendor's daily allowance for the type." })
      .optional()
      .meta({ description: "The vendor's daily allowance; in a preview, where the vendor tells." }),
    unknownInputs: z.array(z.string()).meta({
      description: "Inputs that are known only during `up`. While there are any, all figures are the most that can be.",
    }),
  })
  .meta({
    type: "index:TriggerPlan",
    description: "What a run sends, for policies and scripts.",
  }) satisfies z.ZodType<Summary>;
