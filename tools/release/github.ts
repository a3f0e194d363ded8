/** A release on GitHub, carried on where an earlier run stopped. Needs nothing but Node: no package is installed where tokens are. */
import { createHash } from "node:crypto";

export interface Repository {
  readonly api: string;
  /** owner/name */
  readonly name: string;
  readonly token: string;
}

export interface File {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What was done, a line each. */
export type Say = (line: string) => void;

/**
 * A draft gets the files that it lacks and is then published. A file that is there must have the same bytes: two builds
 * never mix. A signature is another each time it is made, so the first one stays.
 */
export async function releaseFiles(
  repository: Repository,
  tag: string,
  files: readonly File[],
  say: Say,
): Promise<void> {
  const release = (await findRelease(repository, tag)) ?? (await createRelease(repository, tag));
  const assets = assetsOf(release);
  for (const file of files) {
    const found = assets.find(({ name }) => name === file.name);
    if (found?.state === "uploaded") {
      const isSame = found.digest === digestOf(file) || isSignature(file.name);
      if (!isSame) throw new Error(`the release ${tag} has another ${file.name}: ${found.digest ?? "of no digest"}`);
      say(`GitHub release: ${file.name} is there`);
      continue;
    }
    // An upload that broke off leaves a file that cannot be downloaded and is in the way of another try.
    if (found !== undefined) await call(repository, "DELETE", `releases/assets/${found.id}`);
    await upload(repository, release, file);
    say(`GitHub release: ${file.name} uploaded`);
  }
  if (release["draft"] !== true) return say(`GitHub release: ${tag} is published already`);
  await call(repository, "PATCH", `releases/${String(release["id"])}`, { draft: false });
  say(`GitHub release: ${tag} published`);
}

/** The tag that Go looks for. One that points elsewhere is an error: Go's checksum database knows it for ever. */
export async function tagCommit(repository: Repository, tag: string, commit: string, say: Say): Promise<void> {
  const found = await call(repository, "GET", `git/ref/tags/${tag}`, undefined, [404]);
  if (found === undefined) {
    await call(repository, "POST", "git/refs", { ref: `refs/tags/${tag}`, sha: commit });
    return say(`Go module: tag ${tag} made`);
  }
  const { sha } = record(record(found)["object"]);
  if (sha !== commit) throw new Error(`the tag ${tag} is at ${String(sha)} instead of ${commit}`);
  say(`Go module: tag ${tag} is there`);
}

type Json = Readonly<Record<string, unknown>>;

/** By the list, since GitHub finds no draft by its tag. */
async function findRelease(repository: Repository, tag: string): Promise<Json | undefined> {
  const releases = await call(repository, "GET", "releases?per_page=100");
  return list(releases).find((release) => release["tag_name"] === tag);
}

async function createRelease(repository: Repository, tag: string): Promise<Json> {
  const options = { tag_name: tag, name: tag, draft: true, generate_release_notes: true };
  return record(await call(repository, "POST", "releases", options));
}

function assetsOf(release: Json): { id: string; name: string; state: string; digest?: string }[] {
  return list(release["assets"]).map(({ id, name, state, digest }) => ({
    id: String(id),
    name: String(name),
    state: String(state),
    ...(typeof digest === "string" ? { digest } : {}),
  }));
}

async function upload(repository: Repository, release: Json, file: File): Promise<void> {
  const url = new URL(String(release["upload_url"]).replace(/\{.*$/, ""));
  url.searchParams.set("name", file.name);
  const headers = { ...headersOf(repository), "content-type": "application/octet-stream" };
  await answered(
    await fetch(url, { method: "POST", headers, body: Buffer.from(file.content) }),
    `upload of ${file.name}`,
  );
}

async function call(
  repository: Repository,
  method: string,
  path: string,
  body?: Json,
  absent: readonly number[] = [],
): Promise<unknown> {
  const response = await fetch(`${repository.api}/repos/${repository.name}/${path}`, {
    method,
    headers: headersOf(repository),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (absent.includes(response.status)) return undefined;
  return answered(response, `${method} ${path}`);
}

async function answered(response: Response, what: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`GitHub refused ${what}: ${response.status} ${text.slice(0, 300)}`);
  return text === "" ? undefined : JSON.parse(text);
}

function headersOf({ token }: Repository): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  };
}

export function digestOf({ content }: Pick<File, "content">): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function isSignature(name: string): boolean {
  return name.endsWith(".sigstore.json");
}

export function record(value: unknown): Json {
  if (!isRecord(value)) throw new Error(`an object was expected instead of ${JSON.stringify(value)}`);
  return value;
}

export function list(value: unknown): Json[] {
  if (!Array.isArray(value)) throw new Error(`a list was expected instead of ${JSON.stringify(value)}`);
  return value.map(record);
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
