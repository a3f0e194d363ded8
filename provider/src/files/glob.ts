/** Patterns over paths with `/`: globs, and the lines of a .gitignore. Pure. */

/** `**` any folders, `*` and `?` within a name, `[a-z]`, `{a,b}`. The whole path must match. */
export function glob(pattern: string): RegExp {
  return new RegExp(`^${toSource(pattern)}$`, "u");
}

export type Ignore = (path: string, isFolder: boolean) => boolean;

/**
 * The rules of .gitignore (https://git-scm.com/docs/gitignore): the last line
 * that matches decides, `!` takes back, a slash anchors, a slash at the end
 * means folders. Nothing below an ignored folder can be taken back; whoever
 * walks must not enter it.
 */
export function gitignore(lines: readonly string[]): Ignore {
  const rules = lines.flatMap((line) => {
    const text = line.replace(/(?<!\\)\s+$/, "");
    if (text === "" || text.startsWith("#")) return [];
    const negated = text.startsWith("!");
    const body = (negated ? text.slice(1) : text).replace(/^\\(?=[#!])/, "");
    const foldersOnly = body.endsWith("/");
    const path = foldersOnly ? body.slice(0, -1) : body;
    const anchored = path.includes("/");
    const pattern = path.replace(/^\//, "");
    return [{ negated, foldersOnly, matcher: glob(anchored ? pattern : `**/${pattern}`) }];
  });
  return (path, isFolder) => {
    let ignored = false;
    for (const { negated, foldersOnly, matcher } of rules) {
      if ((!foldersOnly || isFolder) && matcher.test(path)) ignored = !negated;
    }
    return ignored;
  };
}

function toSource(pattern: string): string {
  let source = "";
  let inBraces = 0;
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at);
    const char = rest[0] ?? "";
    const set = /^\[[!^]?\]?[^\]]*\]/.exec(rest)?.[0];
    if (rest.startsWith("**/")) {
      source += "(?:.*/)?";
      at += 2;
    } else if (rest.startsWith("**")) {
      source += ".*";
      at += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (set !== undefined) {
      source += set.replace(/^\[!/, "[^").replaceAll("\\", "\\\\");
      at += set.length - 1;
    } else if (char === "{" && rest.includes("}")) {
      source += "(?:";
      inBraces++;
    } else if (char === "}" && inBraces > 0) {
      source += ")";
      inBraces--;
    } else if (char === "," && inBraces > 0) source += "|";
    else if (char === "\\" && rest.length > 1) {
      source += escape(rest[1] ?? "");
      at++;
    } else source += escape(char);
  }
  return source;
}

function escape(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
