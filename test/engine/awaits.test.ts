/** A gate that stays closed, on every release of Pulumi that is installed: what waits, what goes on, and what the next run does. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareVersions, executable, findPulumi, installedReleases } from "../../tools/setup/find-pulumi.mjs";
import { siteId, useClouds } from "./cloud.ts";
import { Stack } from "./stack.ts";

const newCloud = useClouds();
const origin = createServer((_request, response) => response.end("release 1"));
beforeAll(async () => void (await once(origin.listen(0, "127.0.0.1"), "listening")));
afterAll(() => void origin.close());
const found = await findPulumi();
const others = installedReleases().filter(({ version, bin }) => version !== found.version && isComplete(bin));
const releases = [found, ...others];

function isComplete(bin: string): boolean {
  return [bin, path.join(path.dirname(bin), executable("pulumi-language-yaml"))].every((file) => existsSync(file));
}

test.each(releases)("Pulumi $version", async (release) => {
  const awaits = compareVersions(release.version, "3.272.0") >= 0;
  const address = origin.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const page = "http://www.example.com/";
  const program = (text: string) => ({
    resources: {
      pages: {
        type: "edgecache:esa:PurgeTrigger",
        properties: {
          siteId,
          type: "file",
          targets: [page],
          contentHash: "v1",
          awaitOrigin: { url: `http://127.0.0.1:${port}`, urls: [page], expect: { text }, within: 1 },
        },
      },
      others: {
        type: "edgecache:esa:PurgeTrigger",
        properties: { siteId, type: "file", targets: [`${page}other`], contentHash: "v1" },
      },
    },
  });
  await using stack = await Stack.create(await newCloud(), program("release 2"), {}, undefined, release);
  const closed = await stack.up();
  expect(closed.output).toContain("the origin does not serve the new content at 1 of 1 URLs; nothing was sent");
  expect(closed.code, closed.output).toBe(awaits ? 10 : 1);
  expect(closed.output.includes("create awaiting")).toBe(awaits);
  expect((await stack.state()).map(({ urn }) => urn.split("::").at(-1))).toEqual(["others"]);

  await stack.write(program("release 1"));
  const open = await stack.up();
  expect(open.code, open.output).toBe(0);
  expect(await stack.writes()).toEqual(["PurgeCaches", "PurgeCaches"]);
});
