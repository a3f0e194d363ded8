/** The shapes that several RPCs answer with. */
import type { Failure } from "../define/contract.ts";
import { quoted } from "../define/quoted.ts";
import { diffResponseDiffChanges as diffChanges, propertyDiffKind, type rpcs } from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import type { Stripped } from "../wire/secrets.ts";
import { formatPath, startsWith, valueAt, type Path } from "../wire/values.ts";
import { topLevel, type Change } from "./diff.ts";
import { tell, type Call } from "./rpc.ts";
import { shownFew, shownPath, shownValue } from "./shown.ts";

/**
 * Of resources the engine prints the value of the named property in clear text, so only plain values that are no secret
 * are named; for everything else the path stands in the reason. Of functions it prints the name alone, after the reason.
 */
export function checkFailures(
  failures: readonly Failure[],
  news: Stripped,
  call: Call,
  engineShows: "value" | "name" = "value",
): { property: string; reason: string }[] {
  const told = shownFew(failures, (count): Failure => ({
    path: [],
    reason: `and ${count.toLocaleString("en")} more problems`,
  }));
  return told.map(({ path, reason: plain, suggestion }) => {
    const open = publicLength(path, news);
    // In another spelling a secret would not be recognised.
    const hint =
      suggestion === undefined || suggestion !== shownValue(suggestion) || open < path.length || isSecret(path, news)
        ? ""
        : `; did you mean ${suggestion}?`;
    const reason = `${plain}${hint}`;
    if (showable(path, news, call)) return { property: String(path[0]), reason: tell(reason, call) };
    const place = shownPath(path.slice(0, open));
    const value = isSecret(path, news) ? "" : itemText(path, news);
    if (engineShows === "name") return { property: tell(place, call), reason: tell(`${value}${reason}`, call) };
    return { property: "", reason: tell(place === "" ? reason : `${place}: ${value}${reason}`, call) };
  });
}

/** An item of a list is told by its value, not by its number only. */
function itemText(path: Path, news: Stripped): string {
  const value = typeof path.at(-1) === "number" ? valueAt(news.bare, path) : undefined;
  if (typeof value !== "string" || value === "") return "";
  return `${quoted(shownValue(value))} `;
}

/** Keys inside a secret are part of it. */
function publicLength(path: Path, news: Stripped): number {
  const inside = news.paths.find((secret) => startsWith(path, secret));
  return inside === undefined ? path.length : inside.length;
}

function isSecret(path: Path, news: Stripped): boolean {
  return news.paths.some((secret) => startsWith(path, secret) || startsWith(secret, path));
}

function showable(path: Path, news: Stripped, call: Call): boolean {
  const [key] = path;
  if (path.length !== 1 || typeof key !== "string" || key !== shownValue(key) || key !== quoted(key)) return false;
  if (news.paths.some((secret) => startsWith(secret, path))) return false;
  const value = news.bare[key];
  if (typeof value === "string") return value === tell(value, call) && !value.includes("\n");
  return typeof value === "number" || typeof value === "boolean";
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
