import { expect, test } from "vitest";
import { allPages } from "../../provider/src/core/pages.ts";

const size = 3;
const key = (row: string): string => row;

/** A list of so many rows, and which of its pages were asked for. */
function listOf(rows: readonly string[], total: number | undefined = rows.length) {
  const asked: number[] = [];
  const read = (page: number) => {
    asked.push(page);
    return Promise.resolve({ rows: rows.slice(page * size, (page + 1) * size), total });
  };
  return { asked, read };
}

test.each([
  { rows: 0, pages: 1 },
  { rows: 2, pages: 1 },
  { rows: 3, pages: 1 },
  { rows: 4, pages: 2 },
  { rows: 9, pages: 3 },
])("$rows rows are $pages pages", async ({ rows, pages }) => {
  const all = Array.from({ length: rows }, (_, index) => `row ${index}`);
  const { asked, read } = listOf(all);
  expect(await allPages(read, { size, key })).toEqual(all);
  expect(asked).toEqual(Array.from({ length: pages }, (_, index) => index));
});

test("without a total a full page has a next one", async () => {
  const { asked, read } = listOf(["a", "b", "c"], undefined);
  const unknown = (page: number) => read(page).then(({ rows }) => ({ rows }));
  expect(await allPages(unknown, { size, key })).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([0, 1]);
});

test("a row that new ones pushed to the next page counts once", async () => {
  const pages = [
    ["a", "b", "c"],
    ["c", "d"],
  ];
  const read = (page: number) => Promise.resolve({ rows: pages[page] ?? [], total: 5 });
  expect(await allPages(read, { size, key })).toEqual(["a", "b", "c", "d"]);
});

test("as many pages as asked for, and no more", async () => {
  const { asked, read } = listOf(["a", "b", "c", "d", "e", "f", "g"]);
  expect(await allPages(read, { size, key, mostPages: 2 })).toHaveLength(6);
  expect(asked).toEqual([0, 1]);
});

test("a cloud that puts fewer rows on a page than it was asked for is read to its end", async () => {
  const all = ["a", "b", "c", "d", "e"];
  const offsets: number[] = [];
  const read = (page: number, before: number) => {
    offsets.push(before);
    return Promise.resolve({ rows: all.slice(page * 2, page * 2 + 2), total: all.length });
  };
  expect(await allPages(read, { size, key })).toEqual(all);
  expect(offsets).toEqual([0, 2, 4]);
});
