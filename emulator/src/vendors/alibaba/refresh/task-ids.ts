/**
 * Task ids merge: what one domain is asked for within a second gets one id, until that id holds too many items.
 * So a call may return several ids, and two calls may return the same.
 */
export class TaskIds {
  readonly #open = new Map<string, { second: number; id: string; items: number }>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Splits targets over ids. `group`: account, kind and domain. */
  assign(group: string, now: number, targets: readonly string[], most: number): { id: string; targets: string[] }[] {
    const second = Math.floor(now / 1000);
    const parts: { id: string; targets: string[] }[] = [];
    let left = [...targets];
    while (left.length > 0) {
      let open = this.#open.get(group);
      if (!open || open.second !== second || open.items >= most) {
        open = { second, id: this.#newId(), items: 0 };
        this.#open.set(group, open);
      }
      const part = left.slice(0, most - open.items);
      left = left.slice(part.length);
      open.items += part.length;
      parts.push({ id: open.id, targets: part });
    }
    return parts;
  }
}
