/**
 * The examples that upload a site themselves. Their other plugins cannot be had here: so they are type-checked against
 * those plugins' own packages and run with Pulumi's mocks, what they "uploaded" is what an origin serves, and what they
 * declare as purge is carried out on the emulator.
 */
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { useFreshWorlds } from "../triggers/fresh-world.ts";
import {
  must,
  nodeUploadProject,
  pythonEnvironment,
  pythonUploadPackages,
  root,
  venvPython,
  whyNot,
} from "./toolbox.ts";

const open = useFreshWorlds();

interface Declared {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly dependencies: readonly string[];
}

interface Example {
  readonly name: string;
  readonly trigger: "esa:PurgeTrigger" | "teo:PurgeTrigger";
  /** The type of an uploaded object. */
  readonly object: string;
  readonly place: Readonly<Record<string, string>>;
  /** Makes the copy ready and checks its types; the result runs it with these settings and tells what it declares. */
  readonly prepare: (folder: string) => Promise<(env: NodeJS.ProcessEnv) => Promise<string>>;
}

const mocked = path.join(import.meta.dirname, "mocked");

const oss: Example = {
  name: "upload-oss",
  trigger: "esa:PurgeTrigger",
  object: "alicloud:oss/bucketObject:BucketObject",
  place: { siteId: "5407498413000" },
  async prepare(folder) {
    const modules = path.join(await nodeUploadProject(), "node_modules");
    await symlink(modules, path.join(folder, "node_modules"), "junction");
    const compiler = path.join(modules, "typescript/bin/tsc");
    await must(process.execPath, [compiler, "-p", ".", "--noEmit", "false", "--outDir", "built"], folder);
    return (env) => must(process.execPath, [path.join(mocked, "run.mjs"), "built/index.js"], folder, env);
  },
};

const cos: Example = {
  name: "upload-cos-python",
  trigger: "teo:PurgeTrigger",
  object: "tencentcloud:Cos/bucketObject:BucketObject",
  place: { zoneId: "zone-2o1xvpmq7nn1" },
  async prepare(folder) {
    const python = venvPython(await pythonEnvironment());
    const env = { ...process.env, PYTHONPATH: await pythonUploadPackages() };
    // Not mypy: it reads the whole package, a module of which is no Python.
    const types = { typeCheckingMode: "strict", include: ["__main__.py"], extraPaths: [env.PYTHONPATH] };
    await writeFile(path.join(folder, "pyrightconfig.json"), JSON.stringify(types));
    const pyright = path.join(root, "node_modules/pyright/index.js");
    await must(process.execPath, [pyright, "--pythonpath", python], folder);
    return (settings) => must(python, [path.join(mocked, "run.py"), process.execPath], folder, { ...env, ...settings });
  },
};

describe("upload-oss", () => {
  test("each file an object, each digest in contents, the purge after them and only of what changed", () => use(oss));
});
describe.skipIf(whyNot("python") !== undefined)("upload-cos-python", () => {
  test("each file an object, each digest in contents, the purge after them and only of what changed", () => use(cos));
});

async function use({ name, trigger, object, place, prepare }: Example): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-upload-"));
  try {
    await cp(path.join(root, "examples", name), folder, { recursive: true });
    const run = await prepare(folder);
    const world = await open(trigger);
    const { host } = world;
    const settings = {
      ...place,
      bucket: "my-site",
      url: `http://${host}`,
      origin: `http://${world.origin.address}`,
      nodes: JSON.stringify(world.edge.map(({ address }) => address)),
    };
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`project:${key}`, value]));
    const declare = async (): Promise<Declared[]> =>
      JSON.parse(await run({ ...process.env, PULUMI_CONFIG: JSON.stringify(config) }));

    // The bucket: it serves what was uploaded, by its own name as well as by that of the site.
    const bucket = new Map<string, string>();
    world.origin.interfere = (request, response) => {
      const body = bucket.get(`${request.url?.slice(1)}`) ?? bucket.get(`${request.url?.slice(1)}index.html`);
      response.writeHead(body === undefined ? 404 : 200).end(body);
      return "answered";
    };
    const up = async () => {
      const declared = await declare();
      const uploads = declared.filter(({ type }) => type === object);
      const pages = declared.find(({ type }) => type === `edgecache:${trigger}`);
      if (pages === undefined) throw new Error(`${name} declares no ${trigger}`);
      for (const { inputs } of uploads) {
        const body = await readFile(path.join(folder, String(inputs["source"])), "utf8");
        const md5 = createHash("md5").update(body).digest("hex");
        expect(inputs["contentMd5"] ?? inputs["etag"]).toBe(md5);
        bucket.set(String(inputs["key"]), body);
      }
      await world.publish(
        Object.fromEntries(
          [...bucket].flatMap(([key, body]) =>
            [key, key.replace(/(^|\/)index\.html$/, "$1")].map((each) => [`/${each}`, body]),
          ),
        ),
      );
      const before = (await world.purges()).length;
      const { problems, outputs } = await world.stack.up(pages.inputs, { timeoutMs: 1_800_000 });
      expect(problems).toEqual([]);
      return { uploads, pages, proven: outputs["proven"], sent: (await world.purges()).slice(before) };
    };

    const first = await up();
    expect([...bucket.keys()].toSorted()).toEqual(["about.html", "docs/index.html", "index.html"]);
    expect(first.pages.dependencies).toEqual(expect.arrayContaining(first.uploads.map(({ urn }) => urn)));
    expect(first.pages.inputs["contents"]).toEqual(
      Object.fromEntries(
        Object.entries({
          "/": "index.html",
          "/about.html": "about.html",
          "/docs/": "docs/index.html",
          "/docs/index.html": "docs/index.html",
          "/index.html": "index.html",
        }).map(([url, key]) => [`http://${host}${url}`, sha256(bucket.get(key) ?? "")]),
      ),
    );
    const paths = ["/", "/about.html", "/docs/"];
    await world.visitors(paths);

    const changed = "<p>Home, version 2.</p>\n";
    await writeFile(path.join(folder, "site/index.html"), changed);
    const second = await up();
    expect(second.sent.map(({ paths: sent }) => sent.toSorted())).toEqual([["/", "/index.html"]]);
    expect(second.proven).toHaveLength(2 * world.edge.length);
    const [home, ...others] = await world.visitors(paths);
    expect(home).toBe(changed);
    expect(others.slice(0, 2)).toEqual([bucket.get("about.html"), bucket.get("docs/index.html")]);
    // The gate asked the bucket, and asked before the purge.
    expect(world.origin.log.map(({ url }) => url)).toEqual(expect.arrayContaining(["/", "/index.html", "/docs/"]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
