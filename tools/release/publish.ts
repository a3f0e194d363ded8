/**
 * Publishes what was built, one place at a time. Each can be run again after it broke off: what is there is compared and
 * left alone, what is missing is sent, and other bytes under the same name end it.
 *
 *   node tools/release/publish.ts github DIR    the release, where the engine downloads the plugin
 *   node tools/release/publish.ts npm DIR       every *.tgz
 *   node tools/release/publish.ts pypi DIR      only compares; the action of PyPI sends
 *   node tools/release/publish.ts go            the tag of the Go module
 *
 * It runs in the job that may sign in our name, so it needs nothing but Node and npm: nothing is installed there.
 */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import packageJson from "../../provider/package.json" with { type: "json" };
import { type File, type Repository, releaseFiles, tagCommit } from "./github.ts";
import { checkPypi, publishToNpm } from "./registries.ts";

const { version } = packageJson;
const [place = "", dir = "dist"] = process.argv.slice(2);
const say = (line: string): void => console.log(`publish: ${line}`);

switch (place) {
  case "github":
    await releaseFiles(repository(), `v${version}`, await filesOf(dir, /./), say);
    break;
  case "npm":
    for (const name of await namesOf(dir, /\.tgz$/)) {
      await publishToNpm(
        path.resolve(dir, name),
        process.env["NPM_CONFIG_REGISTRY"] ?? "https://registry.npmjs.org",
        say,
      );
    }
    break;
  case "pypi": {
    const api = process.env["PYPI_API"] ?? "https://pypi.org/pypi";
    await checkPypi(await filesOf(dir, /\.(whl|tar\.gz)$/), "pulumi-edgecache", version, api, say);
    break;
  }
  case "go":
    await tagCommit(repository(), `sdk/go/v${version}`, setting("GITHUB_SHA"), say);
    break;
  default:
    throw new Error(`publish: no place "${place}"; there are github, npm, pypi and go`);
}

function repository(): Repository {
  const api = process.env["GITHUB_API_URL"] ?? "https://api.github.com";
  return { api, name: setting("GITHUB_REPOSITORY"), token: setting("GH_TOKEN") };
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`publish: ${name} is not set`);
  return value;
}

async function namesOf(folder: string, pattern: RegExp): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort();
  if (names.length === 0) throw new Error(`publish: nothing to publish in ${path.resolve(folder)}`);
  return names;
}

async function filesOf(folder: string, pattern: RegExp): Promise<File[]> {
  const names = await namesOf(folder, pattern);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) })));
}
