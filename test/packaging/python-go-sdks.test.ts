/** The Python packages and the Go module, outside this repository. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  goProgram,
  goSdk,
  goSettings,
  must,
  pythonEnvironment,
  pythonFromSource,
  pythonPackages,
  venvPython,
  version,
  whyNot,
} from "../examples/toolbox.ts";

function skips(language: "python" | "go"): boolean {
  const reason = whyNot(language);
  if (reason !== undefined) console.warn(`packaging: the ${language} SDK was NOT tried: ${reason}`);
  return reason !== undefined;
}

describe.skipIf(skips("python"))("python", { timeout: 300_000 }, () => {
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

describe.skipIf(skips("go"))("go", { timeout: 300_000 }, () => {
  test("check 53 the SDK for Go compiles: go vet has nothing to say, and go.sum is complete", async () => {
    const [sdk, env] = [await goSdk(), { ...process.env, ...goSettings("readonly") }];
    const packages = (await must("go", ["list", "./..."], sdk, env)).trim().split("\n");
    const generic = packages.filter((name) => name.includes("/edgecache/x/"));
    expect(generic.length).toBeGreaterThan(3);
    await must("go", ["vet", ...packages.filter((name) => !generic.includes(name))], sdk, env);
    // Pulumi's generic outputs are applied to resources by value, which holds a lock.
    await must("go", ["vet", "-copylocks=false", ...generic], sdk, env);
  });

  test("a program over the generic variant compiles", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-go-"));
    try {
      await writeFile(path.join(folder, "main.go"), genericProgram);
      await goProgram(folder, await goSdk());
      await must("go", ["vet", "."], folder, { ...process.env, ...goSettings("mod") });
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
