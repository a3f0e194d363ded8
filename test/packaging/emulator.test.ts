/** The emulator's npm package in an empty project: the command starts and answers. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { must, root } from "../examples/toolbox.ts";

test("npx edgecache-emulator, from the packed package", { timeout: 200_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-emulator-"));
  try {
    await must(process.execPath, [path.join(root, "tools/release/emulator.ts"), path.join(folder, "package")], root);
    await must("npm", ["pack", "--silent", "--pack-destination", folder], path.join(folder, "package"));
    await rm(path.join(folder, "package"), { recursive: true });
    await writeFile(path.join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
    const packed = (await readdir(folder)).find((file) => file.endsWith(".tgz")) ?? "";
    await must("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `./${packed}`], folder);

    const command = path.join(folder, "node_modules/.bin/edgecache-emulator");
    const emulator = spawn(command, ["--port", "0", "--json"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(emulator, "exit");
    const [line] = await once(emulator.stdout, "data");
    const { control, configuration } = JSON.parse(String(line));
    expect(configuration.alibabaAccessKeyId).toBe("LTAI5tEMULATOR");
    expect((await fetch(`${control}/info`)).status).toBe(200);
    emulator.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);

    const script = `import { startEmulator } from "edgecache-emulator";
      await using emulator = await startEmulator(); console.log((await emulator.control.requests.find()).length);`;
    expect(await must(process.execPath, ["--input-type=module", "-e", script], folder)).toBe("0\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});
