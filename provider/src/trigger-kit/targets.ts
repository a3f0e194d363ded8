/** What is wrong with a target, for each form that vendors take. Pure; what is right is `undefined`. */

/** For types that take URLs. */
export function urlProblem(target: string, form: "file" | "directory"): string | undefined {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target);
  if (match === null) return schemeProblem(target);
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

/** What has no scheme is a host's URL, or a file's path as `hashFiles` without `urlPrefix` gives it. */
function schemeProblem(target: string): string {
  const file =
    /^[^/]*\.(html?|xml|json|m?js|css|map|txt|md|ico|png|jpe?g|gif|svg|webp|avif|woff2?|pdf|wasm|webmanifest)$/i;
  if (/^[a-z0-9.-]+\.[a-z]{2,}(\/|$)/i.test(target) && !file.test(target)) {
    return `lacks its scheme; did you mean https://${target}?`;
  }
  return file.test(target) || /^[^:]*\//.test(target)
    ? "is no URL; this is a path: give hashFiles a urlPrefix, or write the URL in full"
    : "must be a full URL such as https://www.example.com/path";
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
