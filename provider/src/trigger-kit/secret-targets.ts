/** Targets that are secret: in no message, neither whole nor in the form in which messages cut them. */
import type { Operation } from "../engine/define/index.ts";
import { canonicalTarget } from "../triggers/submit/target-index.ts";
import { shownForms } from "./describe/words.ts";
import { targetInputs } from "./shared-inputs.ts";

/** A file, and what was packed by an earlier run, are not among the inputs that everybody knows to be secret. */
export function areTargetsSecret(operation: Operation): boolean {
  return targetInputs.some((input) => operation.isSecret(input));
}

/** `hosts`: as the program gives them; unless they are secret themselves, they are told. */
export function hideTargets(texts: Iterable<string>, operation: Operation, hosts: readonly string[] = []): void {
  const open = new Set(operation.isSecret("hosts") ? [] : hosts.map((host) => hostName(canonicalTarget(host))));
  operation.hide(shownForms(quotedForms(texts, open)));
}

/** As a target is, and as clouds and resolvers quote it: in a spelling of their own, without its scheme, one part alone. */
function* quotedForms(texts: Iterable<string>, open: ReadonlySet<string>): Generator<string> {
  const told = new Set(open);
  for (const text of texts) {
    yield text;
    // Of a cache key with headers, the URL.
    const [url = text] = text.startsWith("{") ? (/https?:[^"\\]+/.exec(text) ?? []) : [];
    const canonical = canonicalTarget(url);
    const bare = canonical.replace(/^https?:\/\//, "");
    if (bare !== url) yield bare;
    if (bare === canonical) continue;
    const host = hostName(canonical);
    if (!told.has(host)) yield host;
    told.add(host);
    yield bare.slice(bare.indexOf("/"));
    const query = url.indexOf("?");
    if (query >= 0) yield url.slice(query + 1);
  }
}

/** Without scheme, port and path. */
function hostName(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/(?::\d+)?(?:\/.*)?$/s, "");
}
