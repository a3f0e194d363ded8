/** The pages as readers find them: front matter that parses, issue forms that GitHub takes, links and pictures that lead somewhere. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { capture } from "../../tools/setup/run.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const { stdout } = await capture("git", ["ls-files", "-z"], { cwd: root });
const files = stdout.split("\0").filter((file) => file !== "" && existsSync(path.join(root, file)));
const read = (file: string): Promise<string> => readFile(path.join(root, file), "utf8");

const pages = files.filter((file) => file.endsWith(".md") && !file.startsWith("docs/pages/texts/"));
const texts = new Map(
  await Promise.all(pages.map(async (file): Promise<[string, string]> => [file, await read(file)])),
);

const registryPage = z.strictObject({ title: z.string(), meta_desc: z.string(), layout: z.literal("package") });
const changeset = z.record(z.string().regex(/^(pulumi-.*)?edgecache/), z.enum(["patch", "minor", "major"]));

test("front matter is YAML with what the registry and changesets ask for", () => {
  const seen: string[] = [];
  for (const [file, text] of texts) {
    const matter = /^---\n([^]*?)\n---\n/.exec(text)?.[1];
    if (matter === undefined) continue;
    seen.push(file);
    const shape = file.startsWith(".changeset/") ? changeset : registryPage;
    expect(shape.safeParse(parse(matter)).error?.message, file).toBeUndefined();
  }
  expect(seen).toEqual(expect.arrayContaining(["docs/_index.md", "docs/installation-configuration.md"]));
});

test("front matter with a second colon is told", () => {
  expect(() => parse("meta_desc: Purge exactly when content changed: ESA, CDN")).toThrow("Nested mappings");
});

const form = z.looseObject({
  name: z.string(),
  description: z.string(),
  body: z.array(z.looseObject({ type: z.enum(["markdown", "textarea", "input", "dropdown", "checkboxes"]) })).min(1),
});

test("issue forms have what GitHub asks for, and ids of their own", async () => {
  const forms = files.filter((file) => /^\.github\/ISSUE_TEMPLATE\/(?!config).*\.yml$/.test(file));
  expect(forms.length).toBeGreaterThan(1);
  for (const file of forms) {
    const { body } = form.parse(parse(await read(file)));
    const ids = body.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size, file).toBe(ids.length);
  }
});

test("links and pictures of the pages lead to files and headings that there are", () => {
  const broken: string[] = [];
  let followed = 0;
  for (const [file, text] of texts) {
    const prose = text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
      (found) => found[1] ?? found[2] ?? "",
    );
    for (const link of links.filter((each) => !/^[a-z]+:/.test(each))) {
      followed++;
      const [target = "", anchor] = link.split("#");
      const to = target === "" ? file : path.posix.join(path.posix.dirname(file), target);
      if (!existsSync(path.join(root, to))) broken.push(`${file}: ${link}`);
      else if (anchor !== undefined && !anchorsOf(texts.get(to) ?? "").has(anchor)) broken.push(`${file}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
  expect(followed).toBeGreaterThan(200);
});

/** As GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}
