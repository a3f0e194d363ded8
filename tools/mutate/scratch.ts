/** A copy of the tree to change: what git knows or would take, with links to what was installed and built. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

const built = ["node_modules", "provider/node_modules", "emulator/node_modules", "sdk/dynamic/node_modules"];
const copied = ["provider/bin", "sdk/nodejs/bin", "sdk/dynamic/dist", "emulator/dist"];

export function copyTree(root: string, scratch: string): void {
  rmSync(scratch, { recursive: true, force: true });
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  for (const file of listed.toString().split("\0")) {
    if (file === "" || !existsSync(path.join(root, file))) continue;
    mkdirSync(path.dirname(path.join(scratch, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(scratch, file), { verbatimSymlinks: true });
  }
  for (const folder of built) {
    if (existsSync(path.join(root, folder))) symlinkSync(path.join(root, folder), path.join(scratch, folder));
  }
  for (const folder of copied) {
    if (existsSync(path.join(root, folder)))
      cpSync(path.join(root, folder), path.join(scratch, folder), { recursive: true });
  }
}
