/** What the text in `__provider` loads, inside the process that Pulumi starts for a program's dynamic resources. */
import type { dynamic } from "@pulumi/pulumi";
import type { PlainMap } from "../../../provider/src/engine/wire/plain.ts";
import type { Shell } from "./shell.ts";

export function provider(): dynamic.ResourceProvider<PlainMap, PlainMap> {
  let config: dynamic.Config | undefined;
  let opened: Promise<Shell> | undefined;
  const shell = (): Promise<Shell> => (opened ??= load());
  const load = async (): Promise<Shell> => {
    const { open } = await import("./shell.ts");
    return await open({
      setting: (key) => config?.get(`edgecache:${key}`),
      // The engine shows what this process prints.
      say: (line) => process.stderr.write(`${line}\n`),
    });
  };
  return {
    configure: async (request) => void (config = request.config),
    check: async (olds, news) => (await shell()).check(olds, news),
    diff: async (id, olds, news) => (await shell()).diff(id, olds, news),
    create: async (inputs) => (await shell()).create(inputs),
    update: async (id, olds, news) => (await shell()).update(id, olds, news),
    read: async (id, props) => (await shell()).read(id, props),
    delete: async (id, props) => (await shell()).delete(id, props),
  };
}
