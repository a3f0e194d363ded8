/** Nothing secret leaves a whole run on the real engine, and the scan that proves it fails where something does. */
import { appendFile, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { environment, searchFolder } from "../leaks.ts";
import { Project, succeeded, thing, type Resources } from "./project.ts";

test("no canary is in state, output, events and debug output of the whole run", async () => {
  const canaries = { TOY_TOKEN: "canary-environment", password: "canary-input", token: "canary-config" };
  await using project = await Project.create({ TOY_TOKEN: canaries.TOY_TOKEN, TOY_LOG: "" });
  const log = path.join(project.folder, "toy.jsonl");
  project.env["TOY_LOG"] = log;
  succeeded(await project.run("config", "set", "--secret", "toy:token", canaries.token));
  succeeded(await project.run("config", "set", "--secret", "password", canaries.password));
  const config = { "toy:endpoint": project.cloud.url, password: { type: "string", secret: true } };
  const write = (properties: Resources): Promise<void> =>
    project.yaml({ it: thing({ shelfId: "s", ...properties }) }, { config });
  const said: string[] = [];
  const run = async (...args: string[]): Promise<void> => {
    // From -v=5 on the engine itself prints every value that it marshals.
    said.push((await project.run(...args, "--logtostderr", "-v=4", "--debug")).output);
  };
  await write({ password: "${password}" });
  await run("preview", "--diff");
  await run("up", "--yes", "--skip-preview", "--diff");
  await write({ password: "a${password}", color: "${password}" });
  await run("preview", "--diff");
  project.cloud.answer = 403;
  await write({ password: "b${password}" });
  await run("up", "--yes", "--skip-preview", "--diff");
  project.cloud.answer = undefined;
  await run("refresh", "--yes", "--skip-preview", "--diff");
  await run("preview", "--json", "--show-secrets=false");
  await run("destroy", "--yes", "--skip-preview", "--json");
  expect(said.join("\n")).toContain("403");
  const written = await readFile(log, "utf8");
  expect(written).toContain("password is [secret]");
  const everything = { said: said.join("\n"), written, state: await project.stateFile() };
  for (const [where, text] of Object.entries(everything)) {
    for (const canary of Object.values(canaries))
      expect(
        text.split("\n").filter((line) => line.includes(canary)),
        where,
      ).toEqual([]);
  }
});

test("the leak scan fails the test that leaks: printed, in state, in the plugin's log", async () => {
  const project = await Project.create();
  await project.yaml({ it: thing({ shelfId: "s", note: "canary-input" }) });
  await expect(project.run("preview", "--diff")).rejects.toThrow(
    /^canary-input leaked into what pulumi preview --diff/,
  );
  await searchFolder(project.folder);
  succeeded(await project.up());
  await expect(searchFolder(project.folder)).rejects.toThrow(/canary-input leaked into .*\.json/);
  await rm(path.join(project.folder, "backend"), { recursive: true });
  await appendFile(path.join(project.folder, "toy.jsonl"), `{"message":"${environment.TOY_TOKEN}"}\n`);
  await expect(project[Symbol.asyncDispose]()).rejects.toThrow(/canary-environment leaked into .*toy\.jsonl/);
  await rm(project.folder, { recursive: true });
});
