/** A release is published against stand-ins of GitHub, npm and PyPI on this machine that break off halfway; npm's client is the real one. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import packageJson from "../../provider/package.json" with { type: "json" };
import { capture } from "../setup/run.mjs";
import { archive } from "./archive.ts";

const { version } = packageJson;
const commit = "4a9b65c1f0e8d7c6b5a4938271605f4e3d2c1b0a";

interface Asset {
  readonly id: number;
  readonly name: string;
  readonly state: "uploaded" | "starter";
  readonly digest?: string;
}

/** What the three places have, and which of the next requests they refuse. */
class Places {
  release: { id: number; tag_name: string; draft: boolean; assets: Asset[] } | undefined;
  readonly tags = new Map<string, string>();
  readonly npm = new Map<string, string>();
  readonly pypi = new Map<string, string>();
  refused = "";
  readonly changes: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const [status, answer] = this.#answer(`${request.method} ${decodeURIComponent(request.url ?? "")}`, body);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return this.#host();
  }

  close(): void {
    this.#server.close();
  }

  #answer(what: string, body: Buffer): [status: number, answer: unknown] {
    const repository = "/repos/edgecache/pulumi-edgecache";
    if (!what.startsWith("GET")) this.changes.push(what);
    if (this.refused !== "" && what.endsWith(this.refused)) return [403, { message: "broke off" }];
    const [, upload] = /^POST \/upload\?name=(.+)$/.exec(what) ?? [];
    if (upload !== undefined) return [201, this.#add(upload, body)];
    const [, removed] = /^DELETE .*\/releases\/assets\/(\d+)$/.exec(what) ?? [];
    if (removed !== undefined) return [200, this.#remove(Number(removed))];
    const [, npmName] = /^PUT \/npm\/(.+)$/.exec(what) ?? [];
    if (npmName !== undefined) return [201, this.#publish(npmName, body)];
    const [, npmVersion] = /^GET \/npm\/(.+\/\d.+)$/.exec(what) ?? [];
    if (npmVersion !== undefined) return found(this.npm.get(npmVersion), (integrity) => ({ dist: { integrity } }));
    switch (what) {
      case `GET ${repository}/releases?per_page=100`:
        return [200, this.release === undefined ? [] : [this.#withUrl(this.release)]];
      case `POST ${repository}/releases`:
        this.release = { id: 1, tag_name: JSON.parse(String(body)).tag_name, draft: true, assets: [] };
        return [201, this.#withUrl(this.release)];
      case `PATCH ${repository}/releases/1`:
        if (this.release !== undefined) this.release.draft = JSON.parse(String(body)).draft;
        return [200, {}];
      case `GET ${repository}/git/ref/tags/sdk/go/v${version}`:
        return found(this.tags.get(`refs/tags/sdk/go/v${version}`), (sha) => ({ object: { sha } }));
      case `POST ${repository}/git/refs`:
        this.tags.set(JSON.parse(String(body)).ref, JSON.parse(String(body)).sha);
        return [201, {}];
      case `GET /pypi/pulumi-edgecache/${version}/json`:
        return [200, { urls: [...this.pypi].map(([filename, sha256]) => ({ filename, digests: { sha256 } })) }];
      default:
        return [404, { message: `nothing at ${what}` }];
    }
  }

  #withUrl(release: object): object {
    return { ...release, upload_url: `http://${this.#host()}/upload{?name,label}` };
  }

  #host(): string {
    const address = this.#server.address();
    return `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  #add(name: string, body: Buffer): object {
    const asset: Asset = { id: this.changes.length, name, state: "uploaded", digest: `sha256:${hex(body)}` };
    this.release?.assets.push(asset);
    return asset;
  }

  #remove(id: number): object {
    if (this.release !== undefined) this.release.assets = this.release.assets.filter((asset) => asset.id !== id);
    return {};
  }

  #publish(name: string, body: Buffer): object {
    for (const [each, { dist }] of Object.entries<{ dist: { integrity: string } }>(JSON.parse(String(body)).versions)) {
      this.npm.set(`${name}/${each}`, dist.integrity);
    }
    return { ok: true };
  }
}

let places: Places;
let host = "";
let folder = "";
beforeEach(async () => {
  places = new Places();
  host = await places.listen();
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-publish-test-"));
});
afterEach(async () => {
  places.close();
  await rm(folder, { recursive: true });
});

test("GitHub: a run that broke off is carried on; each file is sent once, and the draft is published last", async () => {
  await files({ "a.tar.gz": "a", "b.tar.gz": "b", SHA256SUMS: "sums", "SHA256SUMS.sigstore.json": "signed" });
  places.refused = "name=a.tar.gz";
  expect(await publish("github")).toMatchObject({ code: 1, said: expect.stringContaining("403") });
  expect(places.release).toMatchObject({ draft: true });
  places.refused = "";
  // GitHub's name for an upload that never ended.
  places.release?.assets.push({ id: 99, name: "b.tar.gz", state: "starter" });

  expect(await publish("github")).toMatchObject({ code: 0 });
  expect(places.release).toMatchObject({ tag_name: `v${version}`, draft: false });
  expect(places.release?.assets.map(({ name, digest }) => [name, digest]).toSorted()).toEqual([
    ["SHA256SUMS", `sha256:${hex("sums")}`],
    ["SHA256SUMS.sigstore.json", `sha256:${hex("signed")}`],
    ["a.tar.gz", `sha256:${hex("a")}`],
    ["b.tar.gz", `sha256:${hex("b")}`],
  ]);
  expect(places.changes.filter((change) => change.includes("/releases")).at(-1)).toMatch(/^PATCH/);
  expect(places.changes.filter((change) => change.includes("name=SHA256SUMS")).length).toBe(2);

  // Again, with another signature of the same sums: nothing changes.
  await files({ "SHA256SUMS.sigstore.json": "signed again" });
  const before = places.changes.length;
  expect(await publish("github")).toMatchObject({ code: 0, said: expect.stringContaining("is published already") });
  expect(places.changes.length).toBe(before);

  await files({ "a.tar.gz": "another build" });
  expect(await publish("github")).toMatchObject({ code: 1, said: expect.stringContaining("has another a.tar.gz") });
  expect(places.changes.length).toBe(before);
});

test("npm: what is there is left alone, the rest is sent, and other bytes end it", async () => {
  await tarball("pulumi-edgecache", "one");
  await tarball("pulumi-edgecache-dynamic", "two");
  places.refused = "PUT /npm/pulumi-edgecache";
  expect(await publish("npm")).toMatchObject({ code: 1, said: expect.stringContaining("E403") });
  expect([...places.npm.keys()]).toEqual([`pulumi-edgecache-dynamic/${version}`]);
  places.refused = "";
  const { code, said } = await publish("npm");
  expect(said).toContain(`pulumi-edgecache-dynamic ${version} is there`);
  expect(code).toBe(0);
  expect(places.changes).toEqual([
    "PUT /npm/pulumi-edgecache-dynamic",
    "PUT /npm/pulumi-edgecache",
    "PUT /npm/pulumi-edgecache",
  ]);
  await tarball("pulumi-edgecache", "another build");
  expect(await publish("npm")).toMatchObject({
    code: 1,
    said: expect.stringContaining(`npm has another pulumi-edgecache ${version}`),
  });
});

test("PyPI: other bytes by the same name end it before anything is sent", async () => {
  await files({ "pulumi_edgecache.whl": "wheel", "pulumi_edgecache.tar.gz": "source" });
  places.pypi.set("pulumi_edgecache.whl", hex("wheel"));
  const { code, said } = await publish("pypi");
  expect(said).toContain("pulumi_edgecache.whl is there");
  expect(said).toContain("pulumi_edgecache.tar.gz is missing");
  expect(code).toBe(0);
  places.pypi.set("pulumi_edgecache.tar.gz", hex("of another build"));
  expect(await publish("pypi")).toMatchObject({ code: 1, said: expect.stringContaining("PyPI has another") });
});

test("Go: the tag is made once, and never moved", async () => {
  expect(await publish("go")).toMatchObject({ code: 0 });
  expect([...places.tags]).toEqual([[`refs/tags/sdk/go/v${version}`, commit]]);
  expect(await publish("go")).toMatchObject({ code: 0, said: expect.stringContaining("is there") });
  places.tags.set(`refs/tags/sdk/go/v${version}`, "another");
  expect(await publish("go")).toMatchObject({ code: 1, said: expect.stringContaining(`instead of ${commit}`) });
  expect(places.changes).toHaveLength(1);
});

async function publish(place: string): Promise<{ code: number; said: string }> {
  const script = path.join(import.meta.dirname, "publish.ts");
  const env = {
    ...process.env,
    GITHUB_API_URL: `http://${host}`,
    GITHUB_REPOSITORY: "edgecache/pulumi-edgecache",
    GITHUB_SHA: commit,
    GH_TOKEN: "token",
    NPM_CONFIG_REGISTRY: `http://${host}/npm/`,
    [`npm_config_//${host}/npm/:_authToken`]: "token",
    PYPI_API: `http://${host}/pypi`,
  };
  const { code, stdout, stderr } = await capture(process.execPath, [script, place, folder], { env });
  return { code, said: `${stdout}${stderr}` };
}

async function files(contents: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(contents)) await writeFile(path.join(folder, name), content);
}

async function tarball(name: string, text: string): Promise<void> {
  const manifest = JSON.stringify({ name, version, description: text });
  await writeFile(
    path.join(folder, `${name}.tgz`),
    archive([{ name: "package/package.json", content: Buffer.from(manifest) }]),
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function found<T>(value: T | undefined, show: (value: T) => unknown): [status: number, answer: unknown] {
  return value === undefined ? [404, { message: "Not Found" }] : [200, show(value)];
}

function hex(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
