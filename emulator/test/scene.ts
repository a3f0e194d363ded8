/** What the README's pictures of the page show: a deploy that changed one page, half way through its purge. */
import type { Emulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

export const sceneNodes = ["hangzhou", "frankfurt", "singapore"];
const host = "www.example.com";
const SiteId = "5407498413000";
const pages = [
  ["/about", "About us", "about"],
  ["/news/1", "News of Sunday", "news, home"],
  ["/", "Home, version 1", "home"],
] as const;

/** For an emulator with `sceneNodes` whose clock stands still. */
export async function playScene({ control, endpoint }: Emulator): Promise<void> {
  const publish = (path: string, text: string, tags: string): Promise<void> =>
    control.origin.publish({ host, path, body: `<h1>${text}</h1>`, headers: { "cache-tag": tags } });
  const purge = (Type: string, content: object): Promise<{ body: Record<string, unknown> }> =>
    alibaba(endpoint, "esa", "PurgeCaches", { SiteId, Type, Content: JSON.stringify(content) });
  for (const [path, text, tags] of pages) await publish(path, text, tags);
  for (const [path] of pages) for (const node of sceneNodes) await control.visit(`http://${host}${path}`, { node });
  await control.clock.advance(12_000);
  for (const [path] of pages) await control.visit(`http://${host}${path}`, { node: "frankfurt" });
  await alibaba(endpoint, "esa", "GetCacheTag", { SiteId: "1" });
  await publish("/", "Home, version 2", "home");
  await purge("cachetag", { CacheTags: ["news"] });
  const { body } = await purge("file", { Files: [`http://${host}/`] });
  for (let poll = 0; poll < 6; poll += 1) {
    await alibaba(endpoint, "esa", "DescribePurgeTasks", { SiteId, TaskId: String(body["TaskId"]) });
    await control.clock.advance(250);
  }
  await control.visit(`http://${host}/`, { node: "hangzhou" });
  const targets = { Type: "purge_url", Targets: ["http://www.example.net/"] };
  await tencent(endpoint, "CreatePurgeTask", { ZoneId: "zone-2o1xvpmq7nn1", ...targets });
  await control.faults.add({ kind: "throttle", action: "PurgeCaches", count: 2 });
}
