/**
 * A plan as policies, scripts and programs read it: figures, and a few names.
 * Preview says what is to be done, and an update what was. Pure.
 */
import * as z from "zod";
import type { Cover } from "./budget/cover.ts";
import type { Figures } from "./figures.ts";
import { reasons, type Plan, type Reason } from "./plan.ts";
import { fallbackWords, type FallbackWord } from "./receipts.ts";
import type { KindRules, Quota } from "./service.ts";

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
  .meta({ type: "index:TriggerPlan", description: "What a run sends, for policies and scripts." });

export type Summary = z.output<typeof summarySchema>;

/** Names of a reason; a state must stay small, and a list is no record. */
const mostNamed = 10;
const longestName = 200;

export interface Summarized {
  readonly plan: Plan;
  readonly rules: KindRules;
  /** Targets are secret: only counted. */
  readonly secret: boolean;
  /** What is sent in their place. */
  readonly instead?: { readonly word: FallbackWord; readonly cover: Cover; readonly rules: KindRules } | undefined;
}

export function previewSummary(
  summarized: Summarized,
  figures: Figures,
  quota: Quota | undefined,
  unknownInputs: readonly string[],
): Summary {
  const counted = countsOf(summarized, summarized.plan.send);
  const after = quota === undefined ? 0 : Math.max(0, quota.remaining - counted.targetCount);
  return {
    carriedOut: false,
    ...counted,
    calls: figures.calls,
    seconds: Math.round(figures.likely.ms / 1000),
    ...(quota === undefined ? {} : { quota: { limit: quota.limit, before: quota.remaining, after } }),
    unknownInputs: [...unknownInputs],
  };
}

export interface Done {
  /** Of what was planned: not done. */
  readonly undone: ReadonlySet<string>;
  readonly calls: number;
  readonly ms: number;
}

export function doneSummary(summarized: Summarized, { undone, calls, ms }: Done): Summary {
  const { plan, instead } = summarized;
  const done = new Map([...plan.send].filter(([target]) => !undone.has(target)));
  const cover = new Map([...(instead?.cover ?? [])].filter(([, targets]) => targets.some((each) => done.has(each))));
  return {
    carriedOut: true,
    ...countsOf({ ...summarized, instead: instead && { ...instead, cover } }, done),
    calls,
    seconds: Math.round(ms / 1000),
    unknownInputs: [],
  };
}

function countsOf(
  { plan, rules, secret, instead }: Summarized,
  send: ReadonlyMap<string, Reason>,
): Pick<Summary, "granularity" | "everything" | "targetCount" | "knownCount" | "reasons" | "instead"> {
  const everything = (instead?.rules ?? rules).everything === true;
  const byReason = new Map<Reason, { count: number; targets: string[] }>();
  for (const [target, reason] of send) {
    const group = byReason.get(reason) ?? { count: 0, targets: [] };
    byReason.set(reason, group);
    group.count++;
    if (!secret && rules.everything !== true) name(group.targets, target);
  }
  const coarser: string[] = [];
  if (!secret && !everything) for (const target of instead?.cover.keys() ?? []) name(coarser, target);
  return {
    granularity: instead !== undefined || everything || rules.many === true ? "coarse" : "fine",
    everything,
    targetCount: instead?.cover.size ?? send.size,
    knownCount: plan.send.size + plan.unchanged + plan.addedOnly,
    reasons: [...byReason].map(([reason, group]) => ({ reason, ...group })),
    ...(instead === undefined ? {} : { instead: { fallback: instead.word, targets: coarser } }),
  };
}

function name(names: string[], target: string): void {
  if (names.length < mostNamed) names.push(target.slice(0, longestName));
}
