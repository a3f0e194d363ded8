/** What the lists of Alibaba's services say of tasks, in the shapes and words that their pages allow. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { taskRow } from "../../provider/src/clouds/alibaba/task-row.ts";
import { ask, contextOf, type TestContext } from "../triggers/world.ts";

let server: http.Server;
let context: TestContext;
let answer: object = {};
beforeAll(async () => {
  server = http.createServer((_, response) => response.end(JSON.stringify({ RequestId: "r", ...answer })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoints = { esaEndpoint: endpoint, cdnEndpoint: endpoint, dcdnEndpoint: endpoint };
  context = contextOf({ alibabaAccessKeyId: "key", alibabaAccessKeySecret: "secret", ...endpoints });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("rows of one task and one target that differ are several", () => {
  const [page, early, late] = ["https://www.example.com/docs/", "2026-11-22T09:00:00Z", "2026-11-22T09:00:30Z"];

  test.each([
    ["CDN", cdn, "edgecache:cdn:getRefreshTasks", "CDNTask"],
    ["DCDN", dcdn, "edgecache:dcdn:getRefreshTasks", "Task"],
  ] as const)(
    "%s, where calls of one second are one task, whatever their types",
    async (_name, module, token, wrapper) => {
      const row = (ObjectType: string, CreationTime: string) => {
        return { TaskId: "7", ObjectPath: page, ObjectType, Status: "Complete", CreationTime };
      };
      const rows = [row("file", early), row("directory", early), row("preload", early), row("file", late)];
      answer = { TotalCount: rows.length, Tasks: { [wrapper]: rows } };
      const { tasks } = await ask(module, token, context, {});
      const listed = rows.map(({ ObjectType: objectType, CreationTime: creationTime }) => ({
        objectType,
        creationTime,
      }));
      expect(tasks).toMatchObject(listed);
    },
  );

  test("ESA", async () => {
    const row = (CreateTime: string) => ({ TaskId: "7", Content: page, Type: "file", Status: "Complete", CreateTime });
    answer = { TotalCount: 2, Tasks: [row(early), row(late)] };
    const { tasks } = await ask(esa, "edgecache:esa:getPurgeTasks", context, { siteId: "5407498413000" });
    expect(tasks).toMatchObject([{ createTime: early }, { createTime: late }]);
  });
});

test.each([
  ["Complete", "done"],
  ["COMPLETE", "done"],
  ["failed", "failed"],
  ["Refreshing", "pending"],
  ["Completing", "pending"],
  ["", "pending"],
] as const)("status %j: %s", (status, state) => {
  const [failure, since] = [state === "failed" ? "Origin Timeout" : undefined, "2026-11-22T10:00:00+08:00"];
  const row = taskRow({
    taskId: "7",
    target: "a",
    status,
    process: "40%",
    createdAt: since,
    description: "Origin Timeout",
  });
  const createdAt = Date.parse("2026-11-22T02:00:00Z");
  expect(row).toMatchObject({ taskId: "7", target: "a", state, percent: 40, createdAt });
  expect(row.reason).toBe(failure);
});
