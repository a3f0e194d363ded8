/** The Python packages and the Go module, outside this repository. */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capture } from "../../tools/setup/run.mjs";
import { blocksOf } from "../examples/blocks.ts";
import {
  goProgram,
  goSdk,
  goSettings,
  goVet,
  must,
  pythonEnvironment,
  pythonFromSource,
  pythonPackages,
  root,
  venvPython,
  version,
  whyNot,
} from "../examples/toolbox.ts";

function skips(language: "python" | "go"): boolean {
  const reason = whyNot(language);
  if (reason !== undefined) console.warn(`packaging: the ${language} SDK was NOT tried: ${reason}`);
  return reason !== undefined;
}

describe.skipIf(skips("python"))("python", () => {
  test("wheel and source distribution hold the types' marker, the plugin's name and the licence", async () => {
    const folder = await pythonPackages();
    const [wheel, sdist] = [`pulumi_edgecache-${version}-py3-none-any.whl`, `pulumi_edgecache-${version}.tar.gz`];
    expect((await readdir(folder)).toSorted()).toEqual([wheel, sdist].toSorted());
    const python = venvPython(await pythonEnvironment());
    const list = `import sys, zipfile, tarfile
names = zipfile.ZipFile(sys.argv[1]).namelist() + [n.split("/", 1)[-1] for n in tarfile.open(sys.argv[2]).getnames()]
print([names.count("pulumi_edgecache/" + n) for n in ("py.typed", "pulumi-plugin.json", "esa/purge_trigger.py")])
print(names.count("LICENSE"), sum(n.endswith(".dist-info/licenses/LICENSE") for n in names))`;
    expect(await must(python, ["-c", list, wheel, sdist], folder)).toBe("[2, 2, 2]\n1 1\n");
  });

  test.each(["wheel", "source distribution"])("check 53 the SDK for Python runs from its %s", async (form) => {
    const installed = form === "wheel" ? undefined : await pythonFromSource();
    const env = { ...process.env, ...(installed === undefined ? {} : { PYTHONPATH: installed }) };
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-python-"));
    // Arguments as classes and as dictionaries.
    const script = `import pulumi, pulumi_edgecache as edgecache
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args): return ["id", {**args.inputs, "status": "complete"}]
    def call(self, args): return {}
pulumi.runtime.set_mocks(Mocks())
key: edgecache.esa.CacheKeyArgsDict = {"url": "http://www.example.com/a"}
edgecache.esa.PurgeTrigger("a", site_id="1", type="cachekey", cache_keys=[key])
edgecache.esa.PurgeTrigger("b", edgecache.esa.PurgeTriggerArgs(site_id="1", type=edgecache.esa.PurgeType.FILE))
print(edgecache.__file__)
`;
    try {
      await writeFile(path.join(folder, "use.py"), script);
      const file = await must(venvPython(await pythonEnvironment()), ["use.py"], folder, env);
      expect(file).toContain(installed ?? "site-packages");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.skipIf(skips("python"))("python's types", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "edgecache-types-"));
    // That of the uploads needs one more package (test/examples/uploads.test.ts), that of the test kit is no program.
    const others = ["upload-cos-python", "testing-python"];
    const examples = (await readdir(path.join(root, "examples"))).filter(
      (name) => name.endsWith("-python") && !others.includes(name),
    );
    for (const name of examples) {
      const program = path.join(root, "examples", name, "__main__.py");
      await cp(program, path.join(folder, `${name.replaceAll("-", "_")}.py`));
    }
    const pages = ["sdk/python/README.md", "docs/_index.md"];
    for (const [index, page] of pages.entries()) {
      const blocks = blocksOf(page, await readFile(path.join(root, page), "utf8"));
      const program = blocks.find(({ language }) => language === "python")?.code ?? "the page has no program in Python";
      await writeFile(path.join(folder, `page_${index}.py`), program);
    }
    await writeFile(path.join(folder, "words.py"), plainWords);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("pyright, strict: the programs of the READMEs and examples; a word that there is not is refused", async () => {
    const pyright = path.join(root, "node_modules/pyright/index.js");
    const settings = { typeCheckingMode: "strict", include: ["*.py"] };
    await writeFile(path.join(folder, "pyrightconfig.json"), JSON.stringify(settings));
    const python = venvPython(await pythonEnvironment());
    const { stdout } = await capture(process.execPath, [pyright, "--outputjson", "--pythonpath", python], {
      cwd: folder,
    });
    const { generalDiagnostics: found, summary } = JSON.parse(stdout);
    const places = found.map(
      ({ file, range, rule }: PyrightFinding) => `${path.basename(file)}:${range.start.line + 1} ${rule}`,
    );
    expect(places).toEqual(wrongWords.map((line) => `words.py:${line} reportArgumentType`));
    expect(summary.filesAnalyzed).toBeGreaterThan(4);
  });

  test("mypy --strict: the same", async () => {
    const programs = (await readdir(folder)).filter((name) => name.endsWith(".py"));
    const mypy = ["-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", ...programs];
    const { stdout } = await capture(venvPython(await pythonEnvironment()), mypy, { cwd: folder });
    const errors = stdout.split("\n").filter((line) => line.includes(": error:"));
    expect(errors.map((line) => line.split(":").slice(0, 2).join(":"))).toEqual(
      wrongWords.map((line) => `words.py:${line}`),
    );
  });
});

interface PyrightFinding {
  readonly file: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly rule: string;
}

/** Plain strings and enums where either will do; the lines of `wrongWords` say what the clouds do not know. */
const plainWords = `import pulumi
import pulumi_edgecache as edgecache

edgecache.esa.PurgeTrigger("a", site_id="1", type="cachetag", failure_policy="warn", on_create="skip")
edgecache.esa.PurgeTrigger("b", edgecache.esa.PurgeTriggerArgs(site_id="1", type=edgecache.esa.PurgeType.FILE))
edgecache.cdn.PurgeTrigger("c", type=edgecache.cdn.PurgeType.FILE, targets=["https://a/"], content_hash="1")
edgecache.dcdn.EdgeRoutinePurgeTrigger("d", type="Directory", targets=["https://a/"], content_hash="1")
edgecache.teo.PurgeTrigger("e", zone_id="z", type="purge_url", method="invalidate", content_hash="1")
site = edgecache.hash_files(path="./dist", symlinks="follow")
provider = edgecache.Provider("p", alibaba_site="international", tencent_site=pulumi.Output.from_input("china"))
edgecache.esa.PurgeTrigger("f", site_id="1", type="everything")
edgecache.cdn.PurgeTrigger("g", type="file")
site = edgecache.hash_files(path="./dist", symlinks="ignore")
`;
const wrongWords = [11, 12, 13];

describe.skipIf(skips("go"))("go", () => {
  test("check 53 the SDK for Go compiles: go vet has nothing to say, and go.sum is complete", async () => {
    const [sdk, env] = [await goSdk(), { ...process.env, ...goSettings("readonly") }];
    await must("go", [...goVet, "./..."], sdk, env);
  });

  test("a program over the generic variant compiles", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-go-"));
    try {
      await writeFile(path.join(folder, "main.go"), genericProgram);
      await goProgram(folder, await goSdk());
      await must("go", [...goVet, "."], folder, { ...process.env, ...goSettings("mod") });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const genericProgram = `package main

import (
	"github.com/edgecache/pulumi-edgecache/sdk/go/edgecache/x/cdn"
	"github.com/edgecache/pulumi-edgecache/sdk/go/edgecache/x/esa"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		purge, err := esa.NewPurgeTrigger(ctx, "release", &esa.PurgeTriggerArgs{
			SiteId:      pulumix.Val("5407498413000"),
			Type:        pulumix.Val(esa.PurgeTypeCachetag),
			Targets:     pulumix.Val([]string{"release"}),
			ContentHash: pulumix.Ptr("v1"),
		})
		if err != nil {
			return err
		}
		_, err = cdn.NewPrefetchTrigger(ctx, "warm", &cdn.PrefetchTriggerArgs{
			Targets:     pulumix.Val([]string{"https://cdn.example.com/app.js"}),
			WithHeader:  pulumix.Val(map[string]any{"Accept-Encoding": []string{"gzip"}}),
			ContentHash: pulumix.Ptr("v1"),
		})
		ctx.Export("runs", pulumix.Apply(purge.PurgeCount, func(count int) int { return count }))
		return err
	})
}
`;
