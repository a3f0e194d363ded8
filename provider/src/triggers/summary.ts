/**
 * A plan as policies, scripts and programs read it: figures, and a few names.
 * Preview says what is to be done, and an update what was. Pure.
 */
import type { Cover } from "./budget/cover.ts";
import type { Figures } from "./figures.ts";
import type { Plan, Reason } from "./plan.ts";
import type { FallbackWord } from "./receipts.ts";
import type { KindRules, Quota } from "./service.ts";

/** What a run sends or, once carried out, has sent. */
export interface Summary {
  readonly carriedOut: boolean;
  /** Each target is one file, or stands for many. */
  readonly granularity: "fine" | "coarse";
  readonly everything: boolean;
  readonly targetCount: number;
  readonly knownCount: number;
  readonly reasons: { readonly reason: Reason; readonly count: number; readonly targets: string[] }[];
  readonly instead?: { readonly fallback: FallbackWord; readonly targets: string[] } | undefined;
  readonly calls: number;
  readonly seconds: number;
  readonly quota?: { readonly limit: number; readonly before: number; readonly after: number } | undefined;
  /** While there are any, all figures are the most that can be. */
  readonly unknownInputs: string[];
}

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
