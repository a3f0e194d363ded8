/**
 * The workflows that we show to users, run step by step: the emulator from its packed package, the packed plugin, the
 * real CLI. Only the actions have local equivalents.
 */
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ControlClient } from "edgecache-emulator";
import { parse, stringify } from "yaml";
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import emulatorManifest from "../../emulator/package.json" with { type: "json" };
import { findPulumi, onPath, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { siteId, useClouds } from "../engine/cloud.ts";
import { blocksOf } from "./blocks.ts";
import { emulatorProject, must, pluginArchive, root, version } from "./toolbox.ts";
import { type Contexts, type Machine, readWorkflow, runJob } from "./workflow.ts";

const newCloud = useClouds();
const missing = ["bash", "jq"].filter((command) => !onPath(command));
if (missing.length > 0) console.warn(`ci: NOT RUN, no ${missing.join(" and ")} on PATH`);

let base = "";
let env: Record<string, string> = {};
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "edgecache-ci-"));
  const [cli, archive] = [await findPulumi(), await pluginArchive()];
  await mkdir(path.join(base, "state"));
  env = pulumiEnv({ cli, home: path.join(base, "home"), backendDir: path.join(base, "state") });
  // the release that `pulumi plugin install` finds in place
  await must(cli.bin, ["plugin", "install", "resource", "edgecache", version, "--file", archive], base, env);
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe.skipIf(missing.length > 0)("workflow", () => {
  test("examples/ci, pull request: the comment says what would be purged", async () => {
    const comments: unknown[] = [];
    const machine = await checkedOut("ci", {
      github: { event_name: "pull_request", event: { pull_request: { base: { sha: "v1" } } } },
    });
    machine.actions["actions/github-script"] = githubScript(machine.cwd, comments);
    await runJob(await workflowOf(machine), "preview", machine);
    expect(comments).toEqual([
      {
        owner: "somebody",
        repo: "site",
        issue_number: 7,
        body: expect.stringMatching(
          /^```\n[^]*will purge 1 tag \(the content hash changed\): 1 call to PurgeCaches[^]*```$/,
        ),
      },
    ]);
  });

  test("examples/ci, push: purges with keys that the state never holds", async () => {
    const cloud = await newCloud();
    const { esaEndpoint, alibabaAccessKeyId: id, alibabaAccessKeySecret: secret } = await cloud.configuration();
    const secrets = {
      PULUMI_ACCESS_TOKEN: "",
      ALIBABA_CLOUD_ACCESS_KEY_ID: id,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
    };
    const machine = await checkedOut("ci", { github: { event_name: "push" }, secrets });
    // the project's stack; only its endpoint is not the real cloud's
    await machine.pulumi("stack", "init", "production");
    await machine.pulumi("config", "set-all", ...plain({ siteId, "edgecache:esaEndpoint": esaEndpoint }));
    await runJob(await workflowOf(machine), "up", machine);
    const purges = await cloud.requests.find({ action: "PurgeCaches" });
    expect(purges.map(({ params, accessKeyId }) => [params["Content"], accessKeyId])).toEqual([
      [JSON.stringify({ CacheTags: ["release"] }), id],
    ]);
    const state = await machine.pulumi("stack", "export");
    expect(state).toContain('"status": "complete"');
    expect(state).not.toContain(secret);
  });

  test("the emulator's README: a whole run in ten lines", async () => {
    const readme = await readFile(path.join(root, "emulator/README.md"), "utf8");
    const yaml = /```yaml\n(jobs:[^]*?)```/.exec(readme)?.[1] ?? "";
    expect(yaml).toContain(`edgecache-emulator@${emulatorManifest.version} `);
    expect(yaml.trimEnd().split("\n")).toHaveLength(10);
    const machine = await checkedOut("release-by-tag-yaml", {});
    // what a project of this kind has beside its program
    await writeFile(path.join(machine.cwd, "Pulumi.ci.yaml"), JSON.stringify({ config: { siteId, release: "v1" } }));
    const output = await runJob(readWorkflow(yaml), "up", machine);
    expect(output).toContain("will purge 1 tag");
    expect(output).toContain("+ 3 created");
  });
});

test.skipIf(missing.length > 0)("the action that starts the emulator, as docs/testing.md shows it", async () => {
  const page = await readFile(path.join(root, "docs/testing.md"), "utf8");
  const { steps } = stepsOf(blocksOf("docs/testing.md", page).find(({ language }) => language === "yaml")?.code ?? "");
  const action = actionSchema.parse(parse(await readFile(path.join(root, "emulator/action.yml"), "utf8")));
  const machine = await checkedOut("release-by-tag-yaml", {});
  await writeFile(path.join(machine.cwd, "Pulumi.ci.yaml"), JSON.stringify({ config: { siteId, release: "v1" } }));
  const told = path.join(machine.cwd, "told");
  const files = { GITHUB_OUTPUT: `${told}-output`, GITHUB_ENV: `${told}-env`, RUNNER_TEMP: machine.cwd };
  const defaults = Object.entries(action.inputs).map(([name, input]): [string, string] => [name, input.default]);
  const inputs: Record<string, string> = { ...Object.fromEntries(defaults), port: "0" };
  const uses = steps.flatMap((step) => step.uses ?? []);
  expect(uses).toEqual([`edgecache/pulumi-edgecache/emulator@v${inputs["version"]}`]);
  machine.actions["edgecache/pulumi-edgecache/emulator"] = async () => {
    await runJob(job(action.runs.steps), "only", {
      ...machine,
      env: { ...machine.env, ...files },
      contexts: { inputs, github: { action_path: path.join(root, "emulator") } },
    });
    return Object.fromEntries((await readFile(files.GITHUB_ENV, "utf8")).split("\n").map((line) => nameAndValue(line)));
  };
  try {
    const output = await runJob(job(steps), "only", {
      ...machine,
      env: { ...machine.env, PULUMI_CONFIG_PASSPHRASE: "ci" },
    });
    expect(output).toContain("+ 3 created");
    const outputs = Object.fromEntries(
      (await readFile(files.GITHUB_OUTPUT, "utf8")).split("\n").map((line) => nameAndValue(line)),
    );
    expect(Object.keys(action.outputs).filter((name) => !outputs[name])).toEqual([]);
    const control = new ControlClient(String(outputs["endpoint"]));
    expect(await control.requests.find({ action: "PurgeCaches" })).toHaveLength(1);
    expect((await fetch(String(outputs["edge"]), { method: "HEAD" })).headers.get("x-cache")).toBe("NONE");
  } finally {
    const [, port = ""] = /endpoint=.*:(\d+)/.exec(await readFile(files.GITHUB_OUTPUT, "utf8")) ?? [];
    await must("npx", ["edgecache-emulator", "stop", "--port", port], machine.cwd);
  }
});

const stepSchema = z.looseObject({ uses: z.string().optional() });
const stepsOf = (yaml: string) => z.object({ steps: z.array(stepSchema) }).parse(parse(yaml));
const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(stepSchema) }),
});

/** A workflow of one job with these steps. */
function job(steps: readonly object[]): ReturnType<typeof readWorkflow> {
  return readWorkflow(stringify({ jobs: { only: { "runs-on": "ubuntu-latest", steps } } }));
}

function nameAndValue(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}

interface CheckedOut extends Machine {
  readonly actions: Record<string, Machine["actions"][string]>;
  readonly pulumi: (...args: string[]) => Promise<string>;
}

/** A copy of an example in a folder of its own, with the emulator's package where `npx` finds it. */
async function checkedOut(example: string, contexts: Contexts): Promise<CheckedOut> {
  const folder = await mkdtemp(path.join(base, `${example}-`));
  const [cwd, temp] = [path.join(folder, "project"), path.join(folder, "temp")];
  const done = async (): Promise<void> => undefined;
  const checkout = async (): Promise<void> => {
    await cp(path.join(root, "examples", example), cwd, { recursive: true, force: false });
  };
  await mkdir(temp);
  await checkout();
  await symlink(path.join(await emulatorProject(), "node_modules"), path.join(cwd, "node_modules"), "junction");
  return {
    cwd,
    env: { ...env, GITHUB_SHA: "v2" },
    contexts: { runner: { temp }, ...contexts, secrets: { PULUMI_CONFIG_PASSPHRASE: "ci", ...secretsOf(contexts) } },
    // Node and the CLI are on PATH already
    actions: { "actions/checkout": checkout, "actions/setup-node": done, "pulumi/actions": done },
    pulumi: (...args) => must("pulumi", args, cwd, { ...env, PULUMI_CONFIG_PASSPHRASE: "ci" }),
  };
}

function secretsOf({ secrets = {} }: Contexts): Contexts {
  return typeof secrets === "object" ? secrets : {};
}

async function workflowOf({ cwd }: Machine): Promise<ReturnType<typeof readWorkflow>> {
  return readWorkflow(await readFile(path.join(cwd, ".github/workflows/edge.yml"), "utf8"));
}

function plain(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
}

/** What the action gives a script, as far as ours asks for it. */
function githubScript(cwd: string, comments: unknown[]): Machine["actions"][string] {
  const createComment = async (comment: unknown): Promise<void> => void comments.push(comment);
  const github = { rest: { issues: { createComment } } };
  const context = { repo: { owner: "somebody", repo: "site" }, issue: { number: 7 } };
  return async ({ script }) => {
    const AsyncFunction = createComment.constructor as FunctionConstructor;
    const run = new AsyncFunction("require", "github", "context", String(script));
    const fs = { readFileSync: (file: string, encoding: "utf8") => readFileSync(path.join(cwd, file), encoding) };
    await run((name: "fs") => ({ fs })[name], github, context);
  };
}
