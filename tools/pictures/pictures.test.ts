import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { matrix, outcomeColors } from "./charts.ts";
import { pageFiles } from "../../emulator/test/photograph.ts";
import { pictureFiles } from "./files.ts";
import { type Scheme, schemes } from "./svg.ts";
import { terminal } from "./terminal.ts";

const root = path.resolve(import.meta.dirname, "../..");
const [light, dark] = schemes;
const page = await readFile(path.join(root, "docs/reliability.md"), "utf8");

test("every picture is there in light and dark, with words for those who cannot see it", async () => {
  const files = await pictureFiles(root);
  const names = [...new Set(files.map(([file]) => file.replace(/-(light|dark)\.svg$/, "")))];
  expect(files.map(([file]) => file).toSorted()).toEqual(
    names.flatMap((name) => [`${name}-dark.svg`, `${name}-light.svg`]).toSorted(),
  );
  for (const [file, text] of files) {
    expect(text, file).toMatch(/<title id="title">\S[^<]+<\/title>\n<desc id="description">\S[^<]{20,}<\/desc>/);
    // Text outside of tags must be escaped.
    expect(text.replace(/<[^<>]*>/g, "").replace(/&(amp|lt|gt|quot);/g, ""), file).not.toMatch(/[<>&]/);
  }
});

test("the emulator's README shows its page: pictures of the browser's windows", async () => {
  const readme = await readFile(path.join(root, "emulator/README.md"), "utf8");
  for (const { file, width, height } of pageFiles) {
    const png = await readFile(path.join(root, file));
    expect([png.toString("latin1", 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(["PNG", width, height]);
    expect(readme).toContain(`/main/${file}"`);
  }
});

describe("the terminal", () => {
  test("colours as the CLI's, words as they are, lines that go on in the next row", () => {
    const printed = `\u001B[1m\u001B[38;5;3m~ 1 <update>\u001B[0m & more\n${"x".repeat(130)}\n`;
    const drawn = terminal(printed, required(dark));
    expect(drawn).toContain('<tspan fill="#d29922" font-weight="700">~ 1 &lt;update&gt;</tspan>');
    expect(drawn).toContain('<tspan fill="#f0f6fc"> &amp; more</tspan>');
    expect(drawn.match(/x{30,}/g)?.map((row) => row.length)).toEqual([130, 100, 30]);
  });
});

describe("the reliability matrix", () => {
  test("each outcome of the page has a colour of its own", () => {
    const outcomes = new Set(
      page.split("\n").flatMap((line) => (/^\| .* \| (submit|poll|look-up) \|/.test(line) ? cellsOf(line) : [])),
    );
    expect(Object.keys(outcomeColors(required(light)))).toEqual(expect.arrayContaining([...outcomes]));
    expect(new Set(Object.values(outcomeColors(required(light)))).size).toBe(6);
  });

  test("one cell for each fault, call and cloud; what is new shows as bad", () => {
    const drawn = (table: string) => matrix(`<!-- matrix -->\n\n${table}\n\n<!-- end -->`, required(light));
    const table =
      "| Fault | In | A | B |\n|---|---|---|---|\n| cut | submit | at once | lost |\n| cut | poll | – | at once |";
    expect(drawn(table)).toContain("3 faults, and");
    expect(drawn(table).split(required(light).bad).length).toBe(2);
    expect(() => drawn("")).toThrow("no table");
  });
});

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(3, -1)
    .map((cell) => cell.trim());
}

function required(scheme: Scheme | undefined): Scheme {
  if (scheme === undefined) throw new Error("no scheme");
  return scheme;
}
