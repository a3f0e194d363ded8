/**
 * Files of users' that name a version of ours: the commands of the pages, what the examples depend on. And CHANGELOG.md,
 * which is the plugin's: changesets writes one for each package, and readers look at the root.
 */
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import packageJson from "../provider/package.json" with { type: "json" };
import { capture } from "./setup/run.mjs";

const before = [
  "plugin install resource edgecache ",
  "pulumi-resource-edgecache-v",
  "edgecache-emulator@",
  "EDGECACHE_VERSION: ",
  `"pulumi-edgecache": "^`,
  `"pulumi-edgecache-dynamic": "^`,
  "pulumi-edgecache/sdk/go v",
  "pulumi-edgecache>=",
];
const named = new RegExp(`(${before.map((text) => text.replace(/[\^]/g, "\\^")).join("|")})\\d+\\.\\d+\\.\\d+`, "g");

/** `text` with the version that `provider/package.json` has. */
export function withVersion(text: string, version = packageJson.version): string {
  return text.replace(named, `$1${version}`);
}

export async function versionedFiles(root: string): Promise<[file: string, text: string][]> {
  const listed = ["README.md", "docs", "examples", "emulator/README.md", "sdk/dynamic/README.md"];
  const { stdout } = await capture("git", ["ls-files", "--", ...listed], { cwd: root });
  const files = stdout.split("\n").filter((file) => /\.(md|json|txt|mod|yml|yaml)$/.test(file));
  const texts = await Promise.all(
    files
      .filter((file) => existsSync(path.join(root, file)))
      .map(async (file) => [file, await readFile(path.join(root, file), "utf8")] as const),
  );
  const pages = texts
    .filter(([, text]) => text.search(named) >= 0)
    .map(([file, text]): [string, string] => [file, withVersion(text)]);
  const changes = path.join(root, "provider/CHANGELOG.md");
  if (!existsSync(changes)) return pages;
  return [...pages, ["CHANGELOG.md", (await readFile(changes, "utf8")).replace(/^# .*/, "# Changelog")]];
}
