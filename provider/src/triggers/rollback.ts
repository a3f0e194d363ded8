/**
 * Content that comes back. Where a purge only marks copies stale, the edge asks
 * the origin "modified since?", and files restored with their older dates are
 * "not modified": the newer copy stays. Pure.
 */
import type { Manifest } from "./manifest/manifest.ts";

/** Rollbacks go back this many releases at most. */
const mostEarlier = 64;

/** Those that go back to content that was here before. `said`: the program says that all of them do. */
export function rolledBack(
  targets: Iterable<string>,
  now: Manifest,
  earlier: readonly string[],
  said: boolean,
): readonly string[] {
  const known = new Set(earlier);
  return [...targets].filter((target) => {
    const digest = now.digestOf(target);
    return digest !== undefined && (said || known.has(digest));
  });
}

/** Digests of content that was here before, with what these targets now leave behind. */
export function remembering(
  earlier: readonly string[],
  targets: Iterable<string>,
  before: Manifest,
  now: Manifest,
): readonly string[] {
  const left = [...targets].flatMap((target) => {
    const digest = before.digestOf(target);
    return digest === undefined || digest === now.digestOf(target) ? [] : [digest];
  });
  return [...new Set([...earlier, ...left])].slice(-mostEarlier);
}
