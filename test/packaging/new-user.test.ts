/**
 * A new user in an empty folder, in each language: installs the plugin's archive and the SDK's package, takes the
 * README's program, starts the emulator, deploys, changes the hash, previews and deploys again.
 */
import type { ControlClient } from "edgecache-emulator";
import { expect, test } from "vitest";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Project } from "../examples/project.ts";
import { whyNot } from "../examples/toolbox.ts";

const newCloud = useClouds();
const url = "http://www.example.com/";

const programs = [
  { language: "typescript", example: "release-by-tag" },
  { language: "python", example: "release-by-tag-python" },
  { language: "go", example: "release-by-tag-go" },
  { language: "yaml", example: "release-by-tag-yaml" },
] as const;

test.each(programs)("$language: install, up, change, preview, up", async (program) => {
  const { language, example } = program;
  const reason = language === "python" || language === "go" ? whyNot(language) : undefined;
  if (reason !== undefined) {
    console.warn(`packaging: ${language} was NOT tried: ${reason}`);
    return;
  }
  const cloud = await newCloud();
  await publish(cloud, "v1");
  await using project = await Project.ofExample(example, cloud, { siteId, release: "v1" });
  say(language, `installed in an empty folder; pulumi plugin ls:\n${await project.must("plugin", "ls")}`);

  say(language, await project.up());
  expect(await project.outputs()).toEqual({ status: "complete", purges: 1 });
  expect(await seen(cloud)).toBe("MISS v1");
  await publish(cloud, "v2");
  expect(await seen(cloud)).toBe("HIT v1");

  await project.configure({ release: "v2" });
  await cloud.requests.clear();
  const preview = await project.preview();
  say(language, preview);
  expect(preview).toContain("will purge 1 tag (the content hash changed): 1 call to PurgeCaches");
  expect(await cloud.requests.find({ action: "PurgeCaches" })).toEqual([]);

  say(language, await project.up());
  expect(await cloud.requests.find({ action: "PurgeCaches" })).toHaveLength(1);
  expect(await project.outputs()).toEqual({ status: "complete", purges: 2 });
  expect(await seen(cloud)).toBe("MISS v2");
});

function say(language: string, text: string): void {
  console.log(text.trimEnd().replace(/^/gm, `${language}: `));
}

async function publish(cloud: ControlClient, body: string): Promise<void> {
  const headers = { "edge-cache-tag": "release", "cache-control": "max-age=3600" };
  await cloud.origin.publish({ host: "www.example.com", path: "/", body, headers });
}

async function seen(cloud: ControlClient): Promise<string> {
  const { cache, body } = await cloud.visit(url);
  return `${cache} ${body}`;
}
