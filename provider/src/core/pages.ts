/** Lists that a cloud answers a page at a time. */

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many rows there are on all pages, as the cloud says; unknown where it says nothing. */
  readonly total?: number | undefined;
}

export interface Paging<Row> {
  readonly size: number;
  /** New rows come first and push others to later pages: rows with one key count once, and so only what is the same in all that matters may have one. */
  readonly key: (row: Row) => string;
  readonly mostPages?: number | undefined;
}

/**
 * Every row. `read` gets the page's number from 0 on, and how many rows came
 * before it; pages follow each other, since each says whether there is another.
 * A cloud may put fewer rows on a page than it was asked for.
 */
export async function allPages<Row>(
  read: (page: number, before: number) => Promise<Page<Row>>,
  { size, key, mostPages = Infinity }: Paging<Row>,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  let received = 0;
  let before = "";
  for (let page = 0; page < mostPages; page++) {
    const { rows: found, total = 0 } = await read(page, received);
    const known = rows.size;
    for (const row of found) rows.set(key(row), row);
    received += found.length;
    if (found.length === 0) break;
    // A cloud that says nothing new when all has come, or the same page again, has no more, whatever its total.
    const now = JSON.stringify(found.map(key));
    if (rows.size === known && (received >= total || now === before)) break;
    before = now;
    // A total below what has come is none.
    const over = total >= received ? received === total : found.length < size;
    if (over) break;
  }
  return [...rows.values()];
}
