/**
 * The plugin as two scripts for a single executable, which knows no files: `main` announces the port,
 * `late` is everything else, compiled while the engine dials. What is one file in the source tree stays
 * lazy: the services' modules run when they are used.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type BuildOptions, type Metafile, type Plugin, build } from "esbuild";
import { alias } from "../../provider/bundling.ts";

export interface Scripts {
  readonly main: string;
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
  const main = await build({
    ...common,
    stdin: { contents: mainSource, resolveDir: source, loader: "ts" },
    plugins: [importLater(wanted)],
  });
  if (wanted.size === 0) throw new Error("nothing is imported late: have server.ts and provider.ts moved?");
  const imports = [...wanted].sort().map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(file)})`);
  const late = await build({
    ...common,
    stdin: { contents: `module.exports = { ${imports.join(", ")} };`, resolveDir: source, loader: "js" },
  });
  const [early, others] = [inputsOf(main.metafile), inputsOf(late.metafile)];
  // A list of clouds is nothing but names; of anything else each script would have a copy, and an error of the one is no
  // `instanceof` of the other.
  const twice = early.filter((file) => others.includes(file) && !/^<stdin>$|\/clouds\/([^/]+\/)?index\.ts$/.test(file));
  if (twice.length > 0) throw new Error(`in both scripts: ${twice.join(", ")}`);
  return { main: text(main), late: text(late), inputs: [...early, ...others] };
}

/** The vendors' SDKs would tell users about their own url.parse: hence noDeprecation. */
const mainSource = `
  import { getAsset } from "node:sea";
  import { serve } from "./engine/process/server.ts";
  import { edgecache } from "./provider.ts";
  import { compiled } from "../../tools/release/code-cache.ts";
  process.noDeprecation = true;
  let late;
  globalThis.importLate = (file) => {
    if (late === undefined) {
      const wrapped = "(function (exports, require, module) {" + getAsset("late.js", "utf8") + "\\n})";
      const module = { exports: {} };
      const script = compiled(wrapped, process.execPath + ".cache");
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

function text({ outputFiles }: { outputFiles?: { text: string }[] }): string {
  return outputFiles?.[0]?.text ?? "";
}

function inputsOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs);
}
