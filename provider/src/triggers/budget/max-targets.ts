/** How much one run may send at most. Guards against an empty or renamed build folder, whose pages all look removed. Pure. */
import type { Plan, Reason } from "../plan.ts";

/** A number of targets, or a share of those that are known, such as `"20%"`. */
export type MaxTargets = number | string;

/** Above 0, and up to 100. */
export const sharePattern = /^(?!0+(\.0+)?%)(100(\.0+)?|\d{1,2}(\.\d+)?)%$/;

export interface Budget {
  readonly most: number;
  /** Of how many it is a share. */
  readonly known: number | undefined;
}

/**
 * A new trigger knows nothing yet, nor does one whose list was empty, so a share of it is no bound. One target may always
 * go. Known is what was recorded, or what is listed where that is more: new names in place of old ones are no growth.
 */
export function budgetOf(maxTargets: MaxTargets | undefined, plan: Plan): Budget | undefined {
  if (maxTargets === undefined) return undefined;
  if (typeof maxTargets === "number") return { most: maxTargets, known: undefined };
  const reasons = [...plan.send.values()];
  if (reasons.some((reason) => wholeAnew.has(reason))) return undefined;
  const share = Number.parseFloat(maxTargets);
  const added = reasons.filter((reason) => reason === "added").length;
  const recorded = plan.send.size - added + plan.unchanged;
  if (recorded === 0 || share === 100) return undefined;
  const gone = [...plan.send.keys()].filter((target) => plan.unlisted.has(target)).length;
  const known = Math.max(recorded, plan.send.size - gone + plan.unchanged + plan.addedOnly);
  return { most: Math.max(1, Math.floor((known * share) / 100)), known };
}

const wholeAnew: ReadonlySet<Reason> = new Set(["created", "retyped", "widened", "sourceChanged"]);

export interface TargetGroup {
  /** A directory, a host; or the target itself, where it is no URL. */
  readonly name: string;
  readonly count: number;
}

/** By the first directory in which they differ; the largest first. */
export function groupsOf(targets: readonly string[]): TargetGroup[] {
  const paths = targets.map((target) => target.replace(/[?#][^]*$/, "").split("/"));
  const common = commonLength(paths);
  const groups = new Map<string, number>();
  for (const path of paths) {
    const depth = Math.max(hostDepth, common + 1);
    const name = path.length > depth ? `${path.slice(0, depth).join("/")}/` : directoryOf(path);
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return Array.from(groups, ([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
}

/** `https:`, nothing, host. */
const hostDepth = 3;

function directoryOf(path: readonly string[]): string {
  return path.length > hostDepth ? `${path.slice(0, -1).join("/")}/` : path.join("/");
}

/** How many leading parts all have in common; the last part of each is a file's name, and none of them. */
function commonLength(paths: readonly (readonly string[])[]): number {
  const [first = [], ...others] = paths;
  let length = first.length - 1;
  for (const path of others) {
    length = Math.min(length, path.length - 1);
    for (let at = 0; at < length; at++) if (path[at] !== first[at]) length = at;
  }
  return length;
}
