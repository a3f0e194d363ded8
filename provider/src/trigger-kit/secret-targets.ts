/** Targets that are secret: in no message, neither whole nor in the form in which messages cut them. */
import type { Operation } from "../engine/define/index.ts";
import { shownForms } from "./describe/words.ts";
import { targetInputs } from "./shared-inputs.ts";

/** A file, and what was packed by an earlier run, are not among the inputs that everybody knows to be secret. */
export function areTargetsSecret(operation: Operation): boolean {
  return targetInputs.some((input) => operation.isSecret(input));
}

export function hideTargets(texts: Iterable<string>, operation: Operation): void {
  operation.hide(shownForms(texts));
}
