/**
 * Sixty mistakes of beginners, each through the provider in this process, with the whole text that they read: on at
 * most twenty lines, naming what is wrong. The texts stand in docs/errors.md, below what `npm run gen` writes there;
 * UPDATE_DOCS=1 writes them anew.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckResponse, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mistakesMark } from "../../tools/pages/errors.ts";
import { Client, failuresOf, refused, type Bag, type Failure } from "../protocol/client.ts";
import { asset, struct } from "../protocol/plugin.ts";
import { TestBeds } from "../reliability/test-bed.ts";
import { InnerPlugin } from "../reliability/plugin.ts";
import { subjects } from "../reliability/subjects.ts";
import type { Mistake } from "./mistake.ts";
import { answers, files, settings } from "./surroundings.ts";
import { programs, targets } from "./table.ts";

const page = new URL("../../docs/errors.md", import.meta.url);
const chapters = {
  Targets: targets,
  Programs: programs,
  Files: files,
  Settings: settings,
  "Answers of the cloud": answers,
};

let beds: TestBeds;
let folder = "";
beforeAll(async () => {
  beds = new TestBeds();
  await beds.warmUp();
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-mistakes-"));
});
afterAll(async () => {
  await beds[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What the user reads, without what is another in each run. */
async function told(mistake: Mistake): Promise<string> {
  await using bed = await beds.open(subjects[0], mistake.limits);
  const plugin = new InnerPlugin(beds.clock, () => 0.5);
  // Reading a file is no traffic, for which time would not wait.
  beds.clock.quietMs = mistake.in === "up" || mistake.waits === true ? 0 : Infinity;
  const { esaEndpoint, ...others } = mistake.config ?? {};
  const endpoint = esaEndpoint === "https" ? String(bed.config["esaEndpoint"]).replace("http:", "https:") : esaEndpoint;
  const config = { ...bed.config, ...others, ...(endpoint === undefined ? {} : { esaEndpoint: endpoint }) };
  if (mistake.fault !== undefined) await bed.cloud.faults.add(mistake.fault);
  const text =
    mistake.token === "config" ? await checked(plugin, mistake.config ?? {}) : await tried(plugin, config, mistake);
  plugin.kill();
  return (
    text
      .replaceAll(folder, "/project")
      // Which properties there are is no matter of this page.
      .replaceAll(/(?<=there are \w+, \w+, ).*$/gm, "…")
      .replaceAll(/[0-9A-F]{8}-[0-9A-F-]{27}/gi, "…")
      .replaceAll(/127\.0\.0\.1:\d{2,}/g, "127.0.0.1:8787")
      .replaceAll(/\[ACS3-HMAC-SHA256\s+[0-9a-f]{64}\]/g, "[…]")
  );
}

async function checked(plugin: InnerPlugin, config: Bag): Promise<string> {
  const response: CheckResponse = await plugin.call(
    "CheckConfig",
    new providerPb.CheckRequest().setNews(struct(config)),
  );
  return words(failuresOf(response));
}

async function tried(plugin: InnerPlugin, config: Bag, mistake: Mistake): Promise<string> {
  const token = `edgecache:${mistake.token}`;
  await plugin.configure(config);
  const program = { ...mistake.program, ...(await given(mistake)) };
  try {
    if (/:get|:hash/.test(token)) {
      const request = new providerPb.InvokeRequest().setTok(token).setArgs(struct(program));
      const response: InvokeResponse = await plugin.call("Invoke", request);
      return words(failuresOf(response));
    }
    const client = new Client(plugin, token);
    const { inputs, failures } = await client.check(program);
    if (failures.length > 0) return words(failures);
    const { message, partial } = await refused(client.create(inputs, { preview: mistake.in !== "up", timeout: 600 }));
    return partial?.reasons.join("\n") ?? message;
  } catch (error) {
    if (error instanceof Error && "details" in error) return String(error.details);
    throw error;
  }
}

async function given({ file }: Mistake): Promise<Bag> {
  if (file === undefined) return {};
  const [property, content] = file;
  const name = path.join(folder, "list");
  await writeFile(name, content);
  return { [property]: asset("0".repeat(64), { path: name }) };
}

function words(failures: readonly Failure[]): string {
  return failures.map(({ property, reason }) => (property === "" ? reason : `${property}: ${reason}`)).join("\n");
}

test("every mistake is told in full, in little, and never as a bug of the provider", { timeout: 120_000 }, async () => {
  const all = Object.values(chapters).flat();
  expect(all.length).toBeGreaterThanOrEqual(60);
  const written: string[] = [mistakesMark];
  for (const [chapter, mistakes] of Object.entries(chapters)) {
    written.push(`\n### ${chapter}\n`);
    for (const mistake of mistakes) {
      const text = await told(mistake);
      const { title, names } = mistake;
      expect.soft(text, title).toMatch(names);
      expect.soft(text, title).not.toMatch(/report it|hush-hush|undefined:|\bat .*\.m?[jt]s:/);
      const lines = text.split("\n");
      expect.soft(lines.length, title).toBeLessThanOrEqual(20);
      expect.soft(Math.max(...lines.map((line) => line.length)), title).toBeLessThanOrEqual(2_000);
      written.push(`**${title}**\n\n\`\`\`text\n${text.replaceAll("```", "'''")}\n\`\`\`\n`);
    }
  }
  const current = await readFile(page, "utf8");
  expect(current).toContain(mistakesMark);
  const text = `${current.slice(0, current.indexOf(mistakesMark))}${written.join("\n")}`;
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(page, text);
  expect(await readFile(page, "utf8")).toBe(text);
});
