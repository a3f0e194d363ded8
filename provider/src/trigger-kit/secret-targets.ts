/** Targets that are secret: in no message, neither whole nor in the form in which messages cut them. */
import type { Operation } from "../engine/define/index.ts";
import { canonicalTarget } from "../triggers/submit/target-index.ts";
import { shownForms } from "./describe/words.ts";
import { targetInputs } from "./shared-inputs.ts";

/** A file, and what was packed by an earlier run, are not among the inputs that everybody knows to be secret. */
export function areTargetsSecret(operation: Operation): boolean {
  return targetInputs.some((input) => operation.isSecret(input));
}

export function hideTargets(texts: Iterable<string>, operation: Operation): void {
  operation.hide(shownForms(quotedForms(texts)));
}

/** As a target is, and as clouds quote it: in a spelling of their own, without its scheme, its query alone. */
function* quotedForms(texts: Iterable<string>): Generator<string> {
  for (const text of texts) {
    yield text;
    // Of a cache key with headers, the URL.
    const [url = text] = text.startsWith("{") ? (/https?:[^"\\]+/.exec(text) ?? []) : [];
    const bare = canonicalTarget(url).replace(/^https?:\/\//, "");
    if (bare !== url) yield bare;
    const query = url.indexOf("?");
    if (query >= 0) yield url.slice(query + 1);
  }
}
