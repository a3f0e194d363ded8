/** What Check says of a trigger's inputs: which go together, and whether each target has its type's format. */
import { Asset, type Failure } from "../engine/define/index.ts";
import type { CommonInputs } from "./shared-inputs.ts";

/** The rules between the common inputs. */
export function checkTrigger(
  inputs: Partial<Record<keyof CommonInputs | "cacheKeys", unknown>>,
  kind: { readonly everything?: boolean } | undefined,
): Failure[] {
  const failures: Failure[] = [];
  const given = (["contentHash", "content", "contents"] as const).filter((key) => inputs[key] !== undefined);
  if (given.length > 1) {
    failures.push({
      path: [given[1] ?? ""],
      reason: `cannot be used together with ${given[0]}: give one of contentHash, content and contents`,
    });
  }
  if (kind?.everything && inputs.contents !== undefined) {
    failures.push({
      path: ["contents"],
      reason: "does not fit a type that purges everything; use contentHash or content",
    });
  }
  if (kind?.everything && inputs.targets !== undefined && Array.isArray(inputs.targets) && inputs.targets.length > 0) {
    failures.push({ path: ["targets"], reason: "must be left out: this type purges everything" });
  }
  if (inputs.contents !== undefined && inputs.targets !== undefined) {
    failures.push({ path: ["targets"], reason: "cannot be used together with contents, which names its own targets" });
  }
  return failures;
}

/** What a trigger cannot do without. `given` also names what is not known yet. */
export function checkGiven(
  given: ReadonlySet<string>,
  { verb, targets }: { readonly verb: string; readonly targets: string | undefined },
): Failure[] {
  const failures: Failure[] = [];
  if (!["contentHash", "content", "contents"].some((key) => given.has(key))) {
    failures.push({
      path: ["contentHash"],
      reason:
        `is required, or content, or contents: its change is what fires. ` +
        `To ${verb} once and never again, any fixed text will do`,
    });
  }
  if (targets !== undefined && !given.has(targets) && !given.has("contents")) {
    const instead = targets === "targets" ? ", or contents" : "";
    failures.push({ path: [targets], reason: `is required${instead}: it says what to ${verb}` });
  }
  return failures;
}

/** More refusals than these would bury what they say. */
const mostShown = 20;

/** Refuses each target that `why` has something against, and each that is there twice. */
export function checkTargets(inputs: Partial<CommonInputs>, why: (target: string) => string | undefined): Failure[] {
  const failures: Failure[] = [];
  const seen = new Map<string, number>();
  inputs.targets?.forEach((target, index) => {
    const first = seen.get(target);
    const reason = why(target) ?? (first === undefined ? undefined : `is the same as targets[${first}]`);
    if (reason !== undefined) failures.push({ path: ["targets", index], reason });
    else seen.set(target, index);
  });
  if (inputs.contents !== undefined && !(inputs.contents instanceof Asset)) {
    for (const target of Object.keys(inputs.contents)) {
      const reason = why(target);
      if (reason !== undefined) failures.push({ path: ["contents", target], reason });
    }
  }
  const more = failures.length - mostShown;
  if (more <= 0) return failures;
  const property = inputs.contents === undefined ? "targets" : "contents";
  return [...failures.slice(0, mostShown), { path: [property], reason: `has ${more} more entries that are refused` }];
}

/** For `checkTargets` of types that take URLs. */
export function urlProblem(target: string, form: "file" | "directory"): string | undefined {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target);
  if (match === null) {
    return /^[a-z0-9.-]+\.[a-z]{2,}(\/|$)/i.test(target)
      ? `lacks its scheme; did you mean https://${target}?`
      : "must be a full URL such as https://www.example.com/path";
  }
  const [, , host = "", path = ""] = match;
  if (host === "" || host.includes("@")) return "has no host name";
  if (host.includes("*") || path.includes("*")) return "has a wildcard, which this type does not take";
  if (path.includes("#")) return "has a fragment (#), which no visitor's browser sends; leave it out";
  if (target.length > 1024) return `has ${target.length} characters; 1,024 is the most`;
  if (/[\s\u0000-\u001f\u007f]/.test(target)) return "holds a space or control character; percent-encode it";
  if (/[^\u0021-\u007e]/.test(path))
    return `holds characters that must be percent-encoded; did you mean ${encodeURI(target)}?`;
  if (form === "directory" && !target.endsWith("/")) return `is no directory; did you mean ${target}/?`;
  return undefined;
}

export function hostProblem(target: string): string | undefined {
  if (/:\/\//.test(target))
    return `must be a host name without scheme; did you mean ${target.replace(/^.*?:\/\//, "").replace(/\/.*$/, "")}?`;
  if (target.includes("*")) return "has a wildcard, which this type does not take";
  return /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$/.test(target)
    ? undefined
    : "must be a host name such as www.example.com";
}

export function tagProblem(target: string): string | undefined {
  if (target.trim() === "") return "is empty";
  if (target !== target.trim()) return "begins or ends with a space, which the cloud strips";
  if (target.includes(",")) return "holds a comma, which separates tags; give each tag on its own";
  return undefined;
}

export function prefetchProblem(target: string): string | undefined {
  return urlProblem(target, "file");
}

/** The whole Check of a prefetch: URLs of files, whatever the cloud. */
export function checkPrefetch(known: Partial<CommonInputs>, given: ReadonlySet<string>): Failure[] {
  return [
    ...checkTrigger(known, undefined),
    ...checkGiven(given, { verb: "prefetch", targets: "targets" }),
    ...checkTargets(known, prefetchProblem),
  ];
}
