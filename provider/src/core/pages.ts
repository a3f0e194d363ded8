/** Lists that a cloud answers a page at a time. */

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many rows there are on all pages, as the cloud says; unknown where it says nothing. */
  readonly total?: number | undefined;
}

export interface Paging<Row> {
  readonly size: number;
  /** New rows come first and push others to later pages: rows with one key count once. */
  readonly key: (row: Row) => string;
  readonly mostPages?: number | undefined;
}

/** Every row. `read` gets the page's number from 0 on; pages follow each other, since each says whether there is another. */
export async function allPages<Row>(
  read: (page: number) => Promise<Page<Row>>,
  { size, key, mostPages = Infinity }: Paging<Row>,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let page = 0; page < mostPages; page++) {
    const { rows: found, total = Infinity } = await read(page);
    for (const row of found) rows.set(key(row), row);
    if (found.length < size || (page + 1) * size >= total) break;
  }
  return [...rows.values()];
}
