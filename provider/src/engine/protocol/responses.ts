/** The shapes that several RPCs answer with. */
import type { Failure } from "../define/contract.ts";
import {
  diffResponseDiffChanges as diffChanges,
  errorResourceInitFailed,
  propertyDiffKind,
  type rpcs,
} from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import { redact, type Stripped } from "../wire/secrets.ts";
import { StatusError } from "../wire/status.ts";
import { formatPath, startsWith, type Path, type ValueMap } from "../wire/values.ts";
import { topLevel, type Change } from "./diff.ts";

/**
 * The engine prints the value of the named property in clear text, so only
 * plain values that are no secret are named; for everything else the path
 * stands in the reason.
 */
export function checkFailures(
  failures: readonly Failure[],
  news: Stripped,
  secrets: readonly string[],
): { property: string; reason: string }[] {
  return failures.map(({ path, reason: told }) => {
    const reason = redact(told, secrets);
    if (showable(path, news)) return { property: String(path[0]), reason };
    const shown = formatPath(path.slice(0, publicLength(path, news)));
    return { property: "", reason: shown === "" ? reason : `${shown}: ${reason}` };
  });
}

/** Keys inside a secret are part of it. */
function publicLength(path: Path, news: Stripped): number {
  const inside = news.paths.find((secret) => startsWith(path, secret));
  return inside === undefined ? path.length : inside.length;
}

function showable(path: Path, news: Stripped): boolean {
  const [key] = path;
  if (path.length !== 1 || typeof key !== "string") return false;
  if (news.paths.some((secret) => startsWith(secret, path))) return false;
  const value = news.bare[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** `unfinished`: outputs that call for an update even if no input changed; of a list, each item. */
export function diffResponse(
  changes: readonly Change[],
  unfinished: readonly Path[],
  deleteBeforeReplace: boolean,
): Encodable<typeof rpcs.Diff.response> {
  const entry = (path: Path, kind: number, inputDiff: boolean) => ({
    key: formatPath(path),
    value: { kind, inputDiff },
  });
  return {
    changes: changes.length + unfinished.length === 0 ? diffChanges.DIFF_NONE : diffChanges.DIFF_SOME,
    diffs: topLevel([...changes.map(({ path }) => path), ...unfinished]),
    replaces: topLevel(changes.filter((change) => change.replace).map(({ path }) => path)),
    deleteBeforeReplace,
    hasDetailedDiff: true,
    detailedDiff: [
      // What is compared are inputs: without `inputDiff` the engine would show old outputs against new inputs.
      ...changes.map(({ path, kind, replace }) =>
        entry(path, propertyDiffKind[replace ? (`${kind}_REPLACE` as const) : kind], true),
      ),
      ...unfinished.map((path) => entry(path, propertyDiffKind.UPDATE, false)),
    ],
  };
}

/** The object exists in this state, but it is not what the program asked for. */
export function initFailed(id: string, properties: ValueMap, reasons: string[]): StatusError {
  const bytes = errorResourceInitFailed.encode({ id, properties, reasons });
  return new StatusError("FAILED_PRECONDITION", reasons.join("\n"), { type: "ErrorResourceInitFailed", bytes });
}
