/** A part of many URLs in which each host and each kind of file has its share. Pure: the same URLs give the same sample. */

/** In the order of the items. */
export function sample<T extends { readonly url: string }>(
  items: readonly T[],
  size: number | "all",
  kindOf: (item: T) => string = ({ url }) => fileKind(url),
): readonly T[] {
  if (size === "all" || items.length <= size) return items;
  const groups = new Map<string, number[]>();
  items.forEach((item, index) => {
    const key = `${hostOf(item.url)} ${kindOf(item)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  const chosen = shares(
    [...groups.values()].map(({ length }) => length),
    size,
  );
  const picked = [...groups.values()].flatMap((group, index) => spread(group, chosen[index] ?? 0));
  return picked.toSorted((a, b) => a - b).flatMap((index) => items[index] ?? []);
}

/** One each, then one more each, as long as there are any. */
function shares(sizes: readonly number[], total: number): number[] {
  const given = sizes.map(() => 0);
  for (let left = total; left > 0;) {
    const before = left;
    sizes.forEach((size, index) => {
      const has = given[index] ?? 0;
      if (left === 0 || has === size) return;
      given[index] = has + 1;
      left--;
    });
    if (left === before) break;
  }
  return given;
}

/** Evenly, from the first on. */
function spread(group: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => group[Math.floor((index * group.length) / count)] ?? 0);
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]?.toLowerCase() ?? "";
}

/** Pages have many spellings; of other files the ending tells. */
function fileKind(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, "").replace(/[?#][^]*$/, "");
  const ending = /\.([a-z0-9]{1,11})$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return ["", "html", "htm"].includes(ending) ? "page" : ending;
}
