/**
 * The workflows, ours and the examples', as actionlint sees them, which is built with Go once for each state of its
 * go.mod; and what tools/workflows.ts says of them and of our actions.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { executable, onPath } from "./setup/find-pulumi.mjs";
import { capture, lastLines } from "./setup/run.mjs";
import { problemsOf } from "./workflows.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { stdout } = await capture("git", ["ls-files", "--", "*.github/workflows/*.yml", "*action.yml"], { cwd: root });
const files = stdout.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
for (const file of files) {
  for (const problem of problemsOf(await readFile(path.join(root, file), "utf8"))) {
    console.log(`${file} ${problem}`);
    process.exitCode = 1;
  }
}
const workflows = files.filter((file) => file.includes("/workflows/"));
const go = onPath("go");
if (go === undefined) {
  console.log("workflows: not checked: actionlint is built with Go, and there is no Go on PATH");
} else {
  const result = await capture(await buildActionlint(go), ["-no-color", ...workflows], { cwd: root });
  console.log(lastLines(result, 50));
  if (result.code !== 0) process.exitCode = 1;
}

async function buildActionlint(go: string): Promise<string> {
  const source = path.join(root, "tools/actionlint");
  const hash = createHash("sha256").update(await readFile(path.join(source, "go.sum")));
  const folder = path.join(root, ".cache/actionlint");
  const binary = path.join(folder, `${hash.digest("hex").slice(0, 16)}-${executable("actionlint")}`);
  if (existsSync(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  const args = [
    "build",
    "-trimpath",
    "-buildvcs=false",
    "-o",
    unfinished,
    "github.com/rhysd/actionlint/cmd/actionlint",
  ];
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" };
  const result = await capture(go, args, { cwd: source, env });
  if (result.code !== 0) throw new Error(`building actionlint failed:\n${lastLines(result)}`);
  await rename(unfinished, binary);
  return binary;
}
