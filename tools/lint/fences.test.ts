import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { capture } from "../setup/run.mjs";

/** file → what it imports; each line is linted by the real oxlint with the real plugin. */
const rejected: readonly (readonly [file: string, specifier: string])[] = [
  ["provider/src/engine/process/server.ts", "../../core/clock.ts"],
  ["provider/src/engine/process/server.ts", "../../triggers/plan.ts"],
  ["provider/src/engine/process/server.ts", "../../clouds/alibaba/esa/index.ts"],
  ["provider/src/engine/process/server.ts", "../../config.ts"],
  ["provider/src/engine/define/index.ts", "../../core/clock.ts"],
  ["provider/src/engine/define/index.ts", "../protocol/session.ts"],
  ["provider/src/engine/define/inputs.ts", "../protocol/errors.ts"],
  ["provider/src/engine/wire/unary.ts", "../define/contract.ts"],
  ["provider/src/engine/wire/unary.ts", "../protocol/errors.ts"],
  ["provider/src/engine/protocol/session.ts", "../process/observers.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../engine/define/inputs.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../engine/wire/values.ts"],
  ["provider/src/core/clock.ts", "../engine/define/index.ts"],
  ["provider/src/core/clock.ts", "../triggers/plan.ts"],
  ["provider/src/core/clock.ts", "../clouds/alibaba/esa/client.ts"],
  ["provider/src/core/clock.ts", "@pulumi/pulumi"],
  ["provider/src/core/clock.ts", "@alicloud/esa20240910"],
  ["provider/src/triggers/plan.ts", "../engine/define/index.ts"],
  ["provider/src/triggers/plan.ts", "../trigger-kit/contents.ts"],
  ["provider/src/triggers/plan.ts", "../clouds/alibaba/esa/limits.ts"],
  ["provider/src/triggers/plan.ts", "@grpc/grpc-js"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../cdn/client.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../tencent/client.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../engine/process/server.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "@pulumi/pulumi/proto/provider_pb.js"],
  ["provider/src/clouds/alibaba/client.ts", "./esa/client.ts"],
  ["provider/src/clouds/alibaba/client.ts", "../tencent/client.ts"],
  ["provider/src/clouds/alibaba/refresh/client.ts", "../cdn/client.ts"],
  ["provider/src/clouds/endpoint.ts", "./alibaba/client.ts"],
  ["provider/src/trigger-kit/trigger-resource.ts", "../clouds/alibaba/esa/client.ts"],
  ["provider/src/files/walk.ts", "../triggers/plan.ts"],
  ["provider/src/probe/prober.ts", "../triggers/plan.ts"],
  ["provider/src/probe/prober.ts", "../engine/define/index.ts"],
  ["provider/src/main.ts", "../../emulator/src/index.ts"],
  ["provider/src/main.ts", "edgecache-emulator"],
  ["provider/src/main.ts", "@grpc/grpc-js"],
  ["provider/src/engine/server.test.ts", "../../../emulator/src/index.ts"],
  ["sdk/dynamic/src/shell.ts", "../../../provider/src/clouds/alibaba/esa/index.ts"],
  ["sdk/dynamic/src/shell.ts", "../../../emulator/src/index.ts"],
  ["emulator/src/clock/clock.ts", "../ports/json.ts"],
  ["emulator/src/ports/service.ts", "../tenant/tenant.ts"],
  ["emulator/src/ports/service.ts", "../vendors/tasks.ts"],
  ["emulator/src/origin/origin.ts", "../edge/node.ts"],
  ["emulator/src/origin/origin.ts", "../control/protocol.ts"],
  ["emulator/src/edge/node.ts", "../tenant/tenant.ts"],
  ["emulator/src/edge/node.ts", "../vendors/alibaba/esa/sites.ts"],
  ["emulator/src/tenant/tenant.ts", "../control/protocol.ts"],
  ["emulator/src/tenant/tenant.ts", "../front/front.ts"],
  ["emulator/src/tenant/tenant.ts", "../vendors/index.ts"],
  ["emulator/src/tenant/tenant.ts", "../vendors/alibaba/oss/storage.ts"],
  ["emulator/src/vendors/index.ts", "./alibaba/esa/index.ts"],
  ["emulator/src/vendors/tasks.ts", "./alibaba/errors.ts"],
  ["emulator/src/vendors/tasks.ts", "../tenant/tenant.ts"],
  ["emulator/src/vendors/alibaba/index.ts", "../tencent/errors.ts"],
  ["emulator/src/vendors/alibaba/wire.ts", "./esa/settings.ts"],
  ["emulator/src/vendors/alibaba/wire.ts", "../tencent/wire.ts"],
  ["emulator/src/vendors/alibaba/wire.ts", "../../tenant/tenant.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../cdn/index.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../../tencent/teo/index.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../../../edge/node.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../../../control/protocol.ts"],
  ["emulator/src/vendors/alibaba/refresh/open.ts", "../cdn/index.ts"],
  ["emulator/src/front/front.ts", "../vendors/index.ts"],
  ["emulator/src/front/front.ts", "../control/app.ts"],
  ["emulator/src/control/app.ts", "../vendors/alibaba/index.ts"],
  ["emulator/src/control/app.ts", "../front/front.ts"],
  ["emulator/src/control/app.ts", "../start.ts"],
  ["emulator/src/index.ts", "../../provider/src/core/clock.ts"],
  ["emulator/src/index.ts", "pulumi-resource-edgecache"],
  ["emulator/src/index.ts", "@alicloud/esa20240910"],
  ["emulator/src/index.ts", "@pulumi/pulumi"],
];

const accepted: readonly (readonly [file: string, specifier: string])[] = [
  ["provider/src/main.ts", "./engine/process/server.ts"],
  ["provider/src/main.ts", "./clouds/alibaba/esa/index.ts"],
  ["provider/src/main.ts", "../package.json"],
  ["provider/src/engine/process/server.ts", "../define/index.ts"],
  ["provider/src/engine/process/server.ts", "../protocol/session.ts"],
  ["provider/src/engine/protocol/session.ts", "../define/inputs.ts"],
  ["provider/src/engine/define/inputs.ts", "../wire/values.ts"],
  ["provider/src/engine/process/server.ts", "@pulumi/pulumi/proto/provider_pb.js"],
  ["provider/src/engine/process/server.ts", "node:path"],
  ["provider/src/triggers/plan.ts", "../core/clock.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "./limits.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../engine/define/index.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../triggers/service.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../../../trigger-kit/targets.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "../client.ts"],
  ["provider/src/clouds/alibaba/cdn/client.ts", "../refresh/client.ts"],
  ["provider/src/clouds/tencent/teo/client.ts", "../client.ts"],
  ["provider/src/clouds/tencent/client.ts", "../endpoint.ts"],
  ["provider/src/clouds/alibaba/esa/client.ts", "@alicloud/esa20240910"],
  ["emulator/src/index.ts", "./front/front.ts"],
  ["emulator/src/start.ts", "./vendors/alibaba/oss/storage.ts"],
  ["emulator/src/control/app.ts", "../vendors/index.ts"],
  ["emulator/src/front/front.ts", "../tenant/tenant.ts"],
  ["emulator/src/tenant/tenant.ts", "../edge/cloud.ts"],
  ["emulator/src/edge/cloud.ts", "../origin/client.ts"],
  ["emulator/src/vendors/index.ts", "./alibaba/index.ts"],
  ["emulator/src/vendors/alibaba/index.ts", "./esa/index.ts"],
  ["emulator/src/vendors/alibaba/cdn/index.ts", "../refresh/open.ts"],
  ["emulator/src/vendors/alibaba/refresh/open.ts", "../errors.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../../tasks.ts"],
  ["emulator/src/vendors/alibaba/esa/index.ts", "../../../ports/service.ts"],
  ["emulator/test/tasks.test.ts", "../src/vendors/tencent/teo/errors.ts"],
  ["emulator/src/index.ts", "hono"],
  ["emulator/test/esa.test.ts", "@alicloud/esa20240910"],
  ["test/engine/esa.test.ts", "../../provider/src/core/clock.ts"],
];

const forms: Readonly<Record<string, (specifier: string) => string>> = {
  "import … from": (specifier) => `import * as it from "${specifier}";\nconsole.log(it);\n`,
  "import type": (specifier) => `import type { It } from "${specifier}";\nexport type Mine = It;\n`,
  "export … from": (specifier) => `export { it } from "${specifier}";\n`,
  "export *": (specifier) => `export * from "${specifier}";\n`,
  "import()": (specifier) => `export const it = import("${specifier}");\n`,
  "type import()": (specifier) => `export type Mine = import("${specifier}").It;\n`,
};

describe("import fences", () => {
  /** Problem of each line of each file; one run of oxlint sees them all. */
  let found: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const root = await mkdtemp(path.join(tmpdir(), "edgecache-fences-"));
    try {
      found = await lint(root);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  test.each(rejected)("%s must not import %s", (file, specifier) => {
    expect(found.get(place(file, specifier))).toContain(" must not import ");
  });

  test.each(accepted)("%s may import %s", (file, specifier) => {
    expect(found.get(place(file, specifier))).toBeUndefined();
  });

  test.each(Object.keys(forms))("sees %s", (form) => {
    expect(found.get(`${formFile(form)}:1`)).toContain(
      "core must not import provider/src/engine/define/index.ts: core knows neither",
    );
  });
});

/** Where an import stands: all imports of a file, one a line. */
function place(file: string, specifier: string): string {
  return `${file}:${specifiers(file).indexOf(specifier) + 1}`;
}

function specifiers(file: string): string[] {
  return [...rejected, ...accepted].filter(([from]) => from === file).map(([, specifier]) => specifier);
}

function formFile(form: string): string {
  return `provider/src/core/form-${Object.keys(forms).indexOf(form)}.ts`;
}

async function lint(root: string): Promise<ReadonlyMap<string, string>> {
  const plugin = fileURLToPath(new URL("fences.mjs", import.meta.url));
  const config = { categories: { correctness: "off" }, jsPlugins: [plugin], rules: { "edgecache/fences": "error" } };
  const files = new Map<string, string>([[".oxlintrc.json", JSON.stringify(config)]]);
  for (const [file] of [...rejected, ...accepted]) {
    const imports = specifiers(file).map((specifier, index) => `import * as it${index} from "${specifier}";\n`);
    files.set(file, imports.join(""));
  }
  for (const [form, write] of Object.entries(forms)) files.set(formFile(form), write("../engine/define/index.ts"));
  for (const [file, text] of files) {
    const full = path.join(root, file);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, text);
  }
  const oxlint = fileURLToPath(new URL("../../node_modules/oxlint/bin/oxlint", import.meta.url));
  const { code, stdout, stderr } = await capture(process.execPath, [oxlint, "-f", "unix", "."], { cwd: root });
  expect(code, stdout + stderr).toBe(1);
  const lines = stdout.split("\n").map((line) => /^(.+?):(\d+):\d+: (.*)$/.exec(line));
  return new Map(
    lines.filter((line) => line !== null).map(([, file, line, problem]) => [`${file}:${line}`, problem ?? ""]),
  );
}
