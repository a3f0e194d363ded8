/**
 * What the vendors' pages leave open, and how this cloud does it. Its plain
 * manners are all another choice than the emulator's, and all within the pages.
 */
import type { Trouble as Common } from "../triggers/cloud.ts";

export interface Manners {
  /** Alibaba's task ids; the pages show text here and numbers there. Numbers are above 2^53. */
  readonly ids: "text" | "number";
  /** What stands where a list has nothing in it. */
  readonly empty: "list" | "null" | "absent";
  readonly order: "newest" | "oldest" | "shuffled";
  /** How lists and refusals write what was sent. */
  readonly spelling: Spelling;
  /** A task's rows: one for each target; or a single one that names the first target, or none. */
  readonly rows: "each" | "first" | "unnamed";
  /** Each row is listed twice, as by a list that grows between two of its pages. */
  readonly repeats: boolean;
  /** Most rows of a page, whatever was asked for. */
  readonly pageRows: number;
  readonly counters: "number" | "text";
  /** How rows write when they were made: as the pages do, or by the clock on the wall in China. */
  readonly times: "zoned" | "local";
  /** How far this cloud's clock is ahead of ours: in its lists and in its `Date` headers. */
  readonly skewMs: number;
  /** From this age on a task is listed; with `lateHost`, only that host's tasks are late. */
  readonly listedAfterMs: number;
  readonly lateHost: string | undefined;
  /** The key may list tasks, and read quotas. */
  readonly mayList: boolean;
  readonly mayReadQuotas: boolean;
  /** Other tools work on the same targets: before each call one did the same, with each one the opposite. */
  readonly busy: boolean;
  /** A target or host that makes every call with it fail, and whether the refusal says which. */
  readonly culprit: { readonly is: string; readonly named: boolean } | undefined;
  /** A target or host that EdgeOne refuses inside a success. */
  readonly unwanted: string | undefined;
}

export const plain: Manners = {
  ids: "number",
  empty: "null",
  order: "oldest",
  spelling: "lower-case host",
  rows: "each",
  repeats: false,
  pageRows: Infinity,
  counters: "number",
  times: "zoned",
  skewMs: 0,
  listedAfterMs: 0,
  lateHost: undefined,
  mayList: true,
  mayReadQuotas: true,
  busy: true,
  culprit: undefined,
  unwanted: undefined,
};

/** What the suite asks of every cloud, and: an error that hides that the work was done, answers that name no task, or refuse nobody knows what. */
export type Trouble =
  | Common
  | { readonly kind: "errorAfter" | "noTaskId" | "emptyTaskId" | "refusesUnnamed"; readonly action: string };

export type Spelling = keyof typeof spellings;

/** RFC 3986 §6.2.2 and §6.2.3: all of these name the same thing. */
const spellings = {
  "as sent": (url: string) => url,
  "lower-case host": (url: string) => url.replace(/^[a-z]+:\/\/[^/?#]*/i, (start) => start.toLowerCase()),
  decoded: (url: string) => attempt(() => decodeURI(url), url),
  "encoded again": (url: string) => attempt(() => encodeURI(decodeURI(url)).replaceAll("%25", "%"), url),
  "lower-case hex": (url: string) => url.replaceAll(/%[0-9a-f]{2}/gi, (code) => code.toLowerCase()),
  "upper-case hex": (url: string) => url.replaceAll(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase()),
  "slash after the bare host": (url: string) => url.replace(/^([a-z]+:\/\/[^/?#]+)$/i, "$1/"),
  "default port": (url: string) =>
    url.replace(
      /^(https?):\/\/([^/?#:]+)/i,
      (_, scheme: string, host: string) => `${scheme}://${host}:${scheme.toLowerCase() === "https" ? 443 : 80}`,
    ),
};

/** What is no URL, such as a tag, is written as it was sent. */
export function spell(target: string, spelling: Spelling): string {
  return /^https?:\/\//i.test(target) ? spellings[spelling](target) : target;
}

export const allSpellings = Object.keys(spellings) as readonly Spelling[];

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
