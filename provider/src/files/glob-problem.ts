/** What is wrong with a glob. Apart from what compares: the schema of inputs is read without the libraries. Pure. */

/** Why no file below the folder can ever match; what is left out of a list by mistake would stay stale. */
export function globProblem(pattern: string): string | undefined {
  if (pattern.startsWith("/")) return "begins with a slash; globs are relative to path";
  if (/(?:^|\/)\.?$/.test(pattern)) return `names a folder; for all files in it write ${pattern.replace(/\.$/, "")}**`;
  if (pattern.includes("//")) return "has two slashes in a row";
  if (/(?:^|\/)\.\.(?:\/|$)/.test(pattern)) return "leads out of path";
  return /\\[A-Za-z0-9_.]/.test(pattern)
    ? "has a backslash before what needs none; folders are parted by /"
    : undefined;
}
