/**
 * What a terminal shows of a static site whose pages changed: the real CLI and plugin against the emulator. Numbers that
 * are another each time (durations, the stack's link) are not in it, so that two recordings can be compared.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmulator } from "edgecache-emulator";
import { PulumiCli } from "../demo/cli.ts";
import { plain } from "./terminal.ts";

const root = path.resolve(import.meta.dirname, "../..");
const host = "www.example.com";
const pages = ["/", "/index.html", "/about.html", "/docs/", "/docs/index.html"];

/** The same program as examples/static-site, in the language that starts quickest. */
const program = `name: static-site
runtime: yaml
plugins:
  providers:
    - name: edgecache
      path: ${JSON.stringify(path.join(root, "provider/bin"))}
variables:
  site:
    fn::invoke:
      function: edgecache:hashFiles
      arguments: { path: ./site, urlPrefix: http://${host} }
resources:
  pages:
    type: edgecache:esa:PurgeTrigger
    properties: { siteId: "5407498413000", type: file, contents: "\${site.contents}" }
`;

/** With the terminal's colours as ANSI sequences. */
export async function recordPreview(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-picture-"));
  const emulator = await startEmulator({ seed: { limits: { "esa.purgeMs": 200 } } });
  try {
    const project = path.join(folder, "project");
    await cp(path.join(root, "examples/static-site/site"), path.join(project, "site"), { recursive: true });
    await writeFile(path.join(project, "Pulumi.yaml"), program);
    await mkdir(path.join(folder, "state"));
    const cli = await PulumiCli.open({
      project,
      stack: "production",
      home: path.join(folder, "home"),
      backendDir: path.join(folder, "state"),
      signal: AbortSignal.timeout(300_000),
      color: "always",
    });
    await cli.run(["stack", "init", "production"], false);
    for (const [key, value] of Object.entries(emulator.configuration)) {
      await cli.run(["config", "set", "--plaintext", `edgecache:${key}`, value], false);
    }
    await emulator.control.origin.publish(...pages.map((page) => ({ host, path: page, body: "v1" })));
    await cli.run(["up", "--yes", "--skip-preview"], false);
    await writeFile(path.join(project, "site/index.html"), "<p>Home, version 2.</p>\n");
    const preview = await cli.run(["preview"], false);
    const up = await cli.run(["up", "--yes", "--skip-preview"], false);
    return [command("preview"), steady(preview), command("up --yes"), steady(up)].join("");
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function command(words: string): string {
  return `\u001B[1m$ pulumi ${words}\u001B[0m\n`;
}

/**
 * Leaves out what is another each time, and what a terminal overwrites: the dots while it waits, durations, and all rows
 * of a resource but its last. What a row says behind its change is told again below it.
 */
function steady(printed: string): string {
  const lines = printed
    .replace(/ \(\d[^)]*s\)/g, "")
    .split("\n")
    .filter((line) => !/^@ |^Duration:/.test(plain(line)))
    .map((line) => (resourceOf(line) === "" ? line : line.replace(/\];.*$/, "]")));
  const last = new Map(lines.map((line, index) => [resourceOf(line), index]));
  const kept = lines.filter((line, index) => resourceOf(line) === "" || last.get(resourceOf(line)) === index);
  return `${kept.join("\n").trimEnd()}\n\n`;
}

/** Of a row: its type and name; else nothing. */
function resourceOf(line: string): string {
  return /^ [ ~+-] {1,2}(\w+:\w+:\w+ \S+)/.exec(plain(line))?.[1] ?? "";
}
