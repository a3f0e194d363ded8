/** The workflows, ours and the examples', as actionlint sees them. It is built with Go, once for each state of its go.mod. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { executable, onPath } from "./setup/find-pulumi.mjs";
import { capture, lastLines } from "./setup/run.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { stdout } = await capture("git", ["ls-files", "--", "*.github/workflows/*.yml"], { cwd: root });
const workflows = stdout.split("\n").filter((file) => file !== "" && existsSync(path.join(root, file)));
const go = onPath("go");
if (go === undefined) {
  console.log("workflows: not checked: actionlint is built with Go, and there is no Go on PATH");
} else {
  const result = await capture(await buildActionlint(go), ["-no-color", ...workflows], { cwd: root });
  console.log(lastLines(result, 50));
  process.exitCode = result.code === 0 ? 0 : 1;
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
