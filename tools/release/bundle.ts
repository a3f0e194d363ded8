/**
 * The plugin as two scripts for a single executable, which knows no files: `main` announces the port,
 * `late` is everything else, compiled while the engine dials. What is one file in the source tree stays
 * lazy: the services' modules run when they are used.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type BuildOptions, type Metafile, type Plugin, build } from "esbuild";
import { alias } from "../../provider/bundling.ts";

export interface Scripts {
  readonly main: string;
  /** A function of a module's names. */
  readonly late: string;
  /** What went into both, as esbuild tells it. */
  readonly inputs: readonly string[];
}

const root = path.resolve(import.meta.dirname, "../..");
const source = path.join(root, "provider/src");

const common: BuildOptions & { metafile: true; write: false } = {
  absWorkingDir: root,
  bundle: true,
  alias,
  platform: "node",
  format: "cjs",
  target: "node26",
  minify: true,
  keepNames: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: false,
};

export async function bundle(): Promise<Scripts> {
  const wanted = new Set<string>();
  const buildMain = (key: string) =>
    build({
      ...common,
      stdin: { contents: mainSource, resolveDir: source, loader: "ts" },
      define: { LATE_KEY: JSON.stringify(key) },
      plugins: [importLater(wanted)],
    });
  await buildMain("");
  if (wanted.size === 0) throw new Error("nothing is imported late: have server.ts and provider.ts moved?");
  const imports = [...wanted].sort().map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(file)})`);
  const late = await build({
    ...common,
    stdin: { contents: `module.exports = { ${imports.join(", ")} };`, resolveDir: source, loader: "js" },
  });
  const script = `(function (exports, require, module) {${ascii(text(late))}\n})`;
  const main = await buildMain(createHash("sha256").update(script).digest("hex"));
  const [early, others] = [inputsOf(main.metafile), inputsOf(late.metafile)];
  // A list of clouds is nothing but names; of anything else each script would have a copy, and an error of the one is no
  // `instanceof` of the other.
  const twice = early.filter((file) => others.includes(file) && !/^<stdin>$|\/clouds\/([^/]+\/)?index\.ts$/.test(file));
  if (twice.length > 0) throw new Error(`in both scripts: ${twice.join(", ")}`);
  return { main: text(main), late: script, inputs: [...early, ...others] };
}

/**
 * The vendors' SDKs would tell users about their own url.parse: hence noDeprecation. ASCII is read as Latin-1, which V8
 * takes as it is; what the script is was computed when it was built.
 */
const mainSource = `
  import { getRawAsset } from "node:sea";
  import { serve } from "./engine/process/server.ts";
  import { edgecache } from "./provider.ts";
  import { compiled } from "../../tools/release/code-cache.ts";
  process.noDeprecation = true;
  let late;
  globalThis.importLate = (file) => {
    if (late === undefined) {
      const source = Buffer.from(getRawAsset("late.js")).toString("latin1");
      const module = { exports: {} };
      const script = compiled(source, LATE_KEY, process.execPath + ".cache");
      script.runInThisContext()(module.exports, require, module);
      late = module.exports;
    }
    return late[file]();
  };
  void serve(edgecache);
`;

/** Turns each `import("./x.ts")` of what is imported at once into a request for the late script. */
function importLater(wanted: Set<string>): Plugin {
  return {
    name: "import-later",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (!file.startsWith(source)) return undefined;
        const contents = await readFile(file, "utf8");
        const later = (_: string, relative: string): string => {
          const name = `./${path
            .relative(source, path.resolve(path.dirname(file), relative))
            .split(path.sep)
            .join("/")}`;
          wanted.add(name);
          return `globalThis.importLate(${JSON.stringify(name)})`;
        };
        return { contents: contents.replace(/\bimport\("(\.[^"]+)"(?:, \{[^)]*\})?\)/g, later), loader: "ts" };
      });
    },
  };
}

/** esbuild escapes all but regular expressions, in which an escape means the same. */
function ascii(script: string): string {
  return script.replaceAll(/[^\u0000-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function text({ outputFiles }: { outputFiles?: { text: string }[] }): string {
  return outputFiles?.[0]?.text ?? "";
}

function inputsOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs);
}
