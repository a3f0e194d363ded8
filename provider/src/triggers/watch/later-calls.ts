/**
 * Calls of several runs that are watched together: a target may have been in
 * more than one, and state does not record in which. Pure.
 */
import type { TaskRef } from "../service.ts";

/**
 * Rows of calls sent since then speak for their targets. Those of earlier ones do not, while a later call is not listed
 * in full: it may have carried the same target, with newer content.
 */
export function speaksFrom(
  sent: readonly TaskRef[],
  targets: ReadonlySet<string>,
  listed: ReadonlyMap<string, { readonly rows: number; readonly whole: boolean }>,
): number {
  // Each target is in one of them at least, so there is none in two.
  if (sent.reduce((sum, { targetCount }) => sum + targetCount, 0) <= targets.size) return -Infinity;
  const missing = new Map<number, number>();
  for (const { taskId, submittedAt, targetCount } of sent) {
    const { rows, whole } = listed.get(taskId) ?? { rows: -Infinity, whole: false };
    missing.set(submittedAt, (missing.get(submittedAt) ?? 0) + targetCount - (whole ? targetCount : rows));
  }
  return Math.max(-Infinity, ...Array.from(missing, ([moment, rows]) => (rows > 0.5 ? moment : -Infinity)));
}
