/** What a trigger does not promise: copies of pages that it was told to leave alone, or that are new to it. */
import type { Stack, TestContext } from "../../triggers/world.ts";
import { listedOf, type Declared, type Digest } from "./program.ts";

export interface Kept {
  readonly stack: Stack<TestContext>;
  declared: Declared;
  /** Why the last run came to nothing. */
  refusal?: string;
  /** What the state was written with last. */
  saved:
    | { readonly declared: Declared; readonly hash: string; readonly digests: ReadonlyMap<string, string> }
    | undefined;
  /** Targets that nobody has promised to send: what the edge holds of them may be old. */
  readonly exempt: Set<string>;
}

export function sameKind(a: Declared, b: Declared): boolean {
  return a.kind.type === b.kind.type;
}

/** What stays without a promise after a run of what is declared now. */
export function nextExempt({ declared, saved, exempt }: Kept, digest: Digest, hash: string): readonly string[] {
  const listed = listedOf(declared);
  if (saved === undefined) return declared.onCreate === "skip" ? listed : [];
  const isContents = declared.by === "contents" && declared.kind.form !== "everything";
  const wasContents = saved.declared.by === "contents" && saved.declared.kind.form !== "everything";
  if (!sameKind(declared, saved.declared) || isContents !== wasContents) return [];
  if (!isContents) return saved.hash === hash ? listed.filter((target) => exempt.has(target)) : [];
  const sendsAdded = declared.purgeAdded || declared.kind.form === "prefetch";
  return listed.filter((target) => {
    const before = saved.digests.get(target);
    if (before === undefined) return !sendsAdded;
    return exempt.has(target) && before === digest(declared.kind, target);
  });
}
