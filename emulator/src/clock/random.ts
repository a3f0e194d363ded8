/**
 * Randomness that a seed makes repeatable: the same seed gives the same ids and the same probabilistic faults.
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** Decimal digits, the first one never 0. */
  digits(count: number): string;
  /** Lower-case base-36 characters, the first one a digit as in the vendor's samples. */
  base36(count: number): string;
  /** A version-4 UUID in lower case. */
  uuid(): string;
}

const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32: 32 bits of state are plenty for ids in a test double
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => word() / 4294967296;
  const integer = (below: number): number => Math.floor(next() * below);
  const hexWord = (): string => {
    const value = word();
    return hex(value >>> 24) + hex(value >>> 16) + hex(value >>> 8) + hex(value);
  };
  return {
    next,
    integer,
    digits(count) {
      let text = String(1 + integer(9));
      while (text.length < count) text += integer(10);
      return text;
    },
    base36(count) {
      let text = String(1 + integer(9));
      while (text.length < count) text += BASE36[integer(36)];
      return text;
    },
    uuid() {
      const a = hexWord();
      const b = hexWord();
      const c = hexWord();
      const d = hexWord();
      const variant = HEX[0x80 | (Number.parseInt(c.slice(0, 2), 16) & 0x3f)];
      return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(2, 4)}-${c.slice(4)}${d}`;
    },
  };
}

function hex(value: number): string {
  return HEX[value & 0xff] ?? "00";
}
