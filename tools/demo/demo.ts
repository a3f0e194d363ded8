/**
 * `npm run demo`: the whole story in one terminal, on the real Pulumi engine,
 * against the emulator and a real HTTP edge. Every claim is checked; exit
 * code 0 means that all of them held. `--keep` leaves everything up.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { styleText } from "node:util";
import { startEmulator, type Emulator, type LogEntry } from "edgecache-emulator";
import { PulumiCli } from "./cli.ts";
import { fresh, freshProject } from "./fresh.ts";

const project = path.resolve(import.meta.dirname, "../..");
const siteId = "5407498413000";
const home = "http://www.example.com/";
const about = "http://www.example.com/about";
const stack = "demo";
/** Where the CLI keeps the stack's configuration; ignored by git. */
const stackFiles = [project, freshProject].map((each) => path.join(each, `Pulumi.${stack}.yaml`));
const keep = process.argv.includes("--keep");

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());

const claims: { readonly claim: string; readonly held: boolean }[] = [];
const calls: { readonly during: string; readonly call: LogEntry }[] = [];
const folder = await mkdtemp(path.join(tmpdir(), "edgecache-demo-"));

let failed = false;
const emulator = await startEmulator({ seed: { nodes: ["hangzhou", "singapore", "frankfurt"] } });
try {
  await emulator.control.settings.limits({ "esa.purgeMs": 1_000 });
  const cli = await openStack(emulator, project);
  await story(emulator, cli);
  if (!keep) await secondHalf(emulator);
  if (keep) await stay(emulator, cli);
} catch (error) {
  failed = true;
  if (interrupted.signal.aborted) say("interrupted; cleaning up");
  else say(styleText("red", error instanceof Error ? error.message : String(error)));
} finally {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
  for (const file of stackFiles) await rm(file, { force: true });
}
report();
process.exitCode = failed || claims.some(({ held }) => !held) ? 1 : 0;

async function story(emulator: Emulator, cli: PulumiCli): Promise<void> {
  const { control } = emulator;
  chapter("An ESA site whose origin tags its pages with the header Edge-Cache-Tag");
  await publish("v1");
  await pulumi("config", "set", "release", "v1");
  await pulumi("up", "--yes", "--skip-preview");
  const configured = await control.requests.find({ action: "UpdateCacheTag" });
  check("the site's tag header was configured with one call", configured.length === 1);

  chapter("Visitors come: both pages are cached at the edge, with their tags");
  await visit(home, "MISS", "home v1");
  await visit(about, "MISS", "about");
  await visit(home, "HIT", "home v1");
  await visit(about, "HIT", "about");

  chapter("The origin publishes release v2. The edge does not know yet");
  await publish("v2");
  await visit(home, "HIT", "home v1");

  chapter("pulumi preview says what will be purged");
  await control.requests.clear();
  await pulumi("config", "set", "release", "v2");
  const preview = await pulumi("preview", "--diff");
  check(
    "the preview names the target and the number of calls",
    /will purge 1 tag .*: 1 call to PurgeCaches/.test(preview),
  );
  const writes = (await control.requests.find()).filter(({ method }) => method === "POST");
  check("the preview changed nothing", writes.length === 0);

  chapter("pulumi up purges by tag");
  await pulumi("up", "--yes", "--skip-preview");
  const purged = await control.requests.find({ action: "PurgeCaches" });
  check("one purge call", purged.length === 1);
  await visit(home, "MISS", "home v2");
  await visit(about, "HIT", "about");

  chapter("pulumi up again: nothing changed, nothing to do");
  await control.requests.clear();
  await pulumi("up", "--yes", "--skip-preview");
  check("not one call to the cloud", (await control.requests.find()).length === 0);
  if (keep) return;

  chapter("pulumi destroy takes back the setting and purges nothing");
  await pulumi("destroy", "--yes", "--skip-preview");
  check("no purge on destroy", (await control.requests.find({ action: "PurgeCaches" })).length === 0);
  await visit(home, "HIT", "home v2");

  function pulumi(...args: string[]): Promise<string> {
    return run(emulator, cli, args);
  }

  async function publish(release: string): Promise<void> {
    await control.origin.publish(
      {
        host: "www.example.com",
        path: "/",
        body: `home ${release}`,
        headers: { "edge-cache-tag": "release,home", "cache-control": "max-age=86400" },
      },
      {
        host: "www.example.com",
        path: "/about",
        body: "about",
        headers: { "edge-cache-tag": "static", "cache-control": "max-age=86400" },
      },
    );
  }

  async function visit(url: string, cache: string, body: string): Promise<void> {
    const seen = await control.visit(url);
    const held = seen.cache === cache && seen.body === body;
    const found = held ? "" : styleText("red", `  but expected X-Cache: ${cache}, "${body}"`);
    say(`  GET ${url.padEnd(32)} X-Cache: ${seen.cache.padEnd(4)}  "${seen.body}"${found}`);
    claims.push({ claim: `GET ${url} is a ${cache} with "${body}"`, held });
  }
}

async function secondHalf(emulator: Emulator): Promise<void> {
  const cli = await openStack(emulator, freshProject);
  const site = path.join(folder, "site");
  await mkdir(site);
  const settings = {
    folder: site,
    origin: new URL(emulator.origin.url).host,
    nodes: emulator.edge.nodes.map(({ address }) => address).join(),
  };
  await cli.run(["config", "set-all", ...plain(settings)], false);
  const pulumi = (which: PulumiCli, ...args: string[]): Promise<string> => run(emulator, which, args);
  await fresh({ emulator, cli, site, signal: interrupted.signal, pulumi, chapter, check, say });
}

/** Runs the CLI, and remembers what the cloud was asked meanwhile. */
async function run({ control }: Emulator, cli: PulumiCli, args: readonly string[]): Promise<string> {
  say(styleText("bold", `$ pulumi ${args.join(" ")}`));
  const output = await cli.run(args, args[0] !== "config");
  const seen = new Set(calls.map(({ call }) => call.requestId));
  for (const call of await control.requests.find()) {
    if (!seen.has(call.requestId)) calls.push({ during: `pulumi ${args[0]}`, call });
  }
  return output;
}

async function openStack({ configuration }: Emulator, inProject: string): Promise<PulumiCli> {
  const backendDir = path.join(folder, "state");
  await mkdir(backendDir, { recursive: true });
  const options = {
    project: inProject,
    stack,
    home: path.join(folder, "home"),
    backendDir,
    signal: interrupted.signal,
  };
  const cli = await PulumiCli.open(options);
  await rm(path.join(inProject, `Pulumi.${stack}.yaml`), { force: true });
  await cli.run(["stack", "init", stack], false);
  const settings = {
    siteId,
    "edgecache:esaEndpoint": configuration.esaEndpoint,
    "edgecache:alibabaAccessKeyId": configuration.alibabaAccessKeyId,
  };
  const secret = `edgecache:alibabaAccessKeySecret=${configuration.alibabaAccessKeySecret}`;
  await cli.run(["config", "set-all", ...plain(settings), "--secret", secret], false);
  return cli;
}

/** As `pulumi config set-all` takes them. */
function plain(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["--plaintext", `${name}=${value}`]);
}

/** `--keep`: everything stays up until Ctrl-C, with what it takes to play. */
async function stay({ endpoint, edge, control }: Emulator, cli: PulumiCli): Promise<void> {
  const { control: page } = await control.info();
  const env = ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_HOME"].map(
    (name) => `  export ${name}=${cli.env[name]}`,
  );
  chapter("Everything is up. Ctrl-C ends it");
  say(`In another terminal, in ${project}:`);
  say(env.join("\n"));
  say(`  export PATH=${path.dirname(cli.bin)}:${path.join(project, "node_modules", ".bin")}:$PATH`);
  say(`  pulumi config set release v3 --stack ${stack}    # then: pulumi preview, pulumi up, …`);
  say(`  curl -si ${edge.url}/ -H 'Host: www.example.com'  # a visitor`);
  say(`Emulated clouds: ${endpoint}, what they saw: ${page}/requests`);
  await new Promise<void>((resolve) => interrupted.signal.addEventListener("abort", () => resolve(), { once: true }));
}

function check(claim: string, held: boolean): void {
  claims.push({ claim, held });
  say(held ? `  ${styleText("green", "✓")} ${claim}` : `  ${styleText("red", "✗")} ${claim}`);
}

function chapter(title: string): void {
  say(`\n${styleText(["bold", "cyan"], `── ${title}`)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function report(): void {
  if (calls.length > 0) {
    chapter("What the cloud was asked");
    const rows = calls.map(({ during, call }) => [during, call.action, brief(call), call.code ?? "ok"]);
    const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
    const first = lines.flatMap((line, index) => (line === lines[index - 1] ? [] : [index]));
    for (const [order, index] of first.entries()) {
      const times = (first[order + 1] ?? lines.length) - index;
      say(`  ${lines[index]}${times > 1 ? `, ${times} times` : ""}`);
    }
  }
  const broken = claims.filter(({ held }) => !held);
  say("");
  if (broken.length > 0)
    say(
      styleText(
        "red",
        `${broken.length} of ${claims.length} claims did not hold: ${broken.map(({ claim }) => claim).join("; ")}`,
      ),
    );
  else if (!failed) say(styleText("green", `All ${claims.length} claims held.`));
}

function brief({ params }: LogEntry): string {
  return Object.entries(params)
    .filter(([name]) => !["SiteId", "PageNumber", "PageSize", "StartTime", "EndTime"].includes(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
