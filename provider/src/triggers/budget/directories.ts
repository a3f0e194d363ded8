/**
 * The directories that cover all changed files and hold the fewest others:
 * those would be fetched from the origin again for nothing. Pure; exact, by
 * dynamic programming over the tree of directories.
 */
import { ancestorsOf } from "./cover.ts";

interface Directory {
  readonly name: string;
  readonly children: Map<string, Directory>;
  /** A changed file lies in it, not in one of its children. */
  holdsChanged: boolean;
  /** Unchanged files in it, and in its children. */
  unchanged: number;
}

/** With so many directories as its place says: the least that can be purged for nothing. */
type Choices = readonly (Choice | undefined)[];

interface Choice {
  readonly unchanged: number;
  /** Names of directories, or choices for parts of the tree. */
  readonly parts: readonly (string | Choice)[];
}

/** At most `most` directories; `undefined` where so few cannot cover all. */
export function directoriesFor(
  changed: Iterable<string>,
  unchanged: Iterable<string>,
  most: number,
): readonly string[] | undefined {
  const roots = new Map<string, Directory>();
  for (const url of changed) {
    const path = ancestorsOf(url).toReversed();
    const nearest = path.reduce<Directory | undefined>((parent, name) => {
      const siblings = parent?.children ?? roots;
      const directory = siblings.get(name) ?? { name, children: new Map(), holdsChanged: false, unchanged: 0 };
      siblings.set(name, directory);
      return directory;
    }, undefined);
    if (nearest !== undefined) nearest.holdsChanged = true;
  }
  for (const url of unchanged) count(url, roots);
  const choices = together([...roots.values()], most);
  const [best] = choices
    .flatMap((choice) => (choice === undefined ? [] : [choice]))
    .toSorted((a, b) => a.unchanged - b.unchanged);
  return best === undefined ? undefined : namesOf(best);
}

function count(url: string, roots: ReadonlyMap<string, Directory>): void {
  let siblings = roots;
  for (const name of ancestorsOf(url).toReversed()) {
    const directory = siblings.get(name);
    // No changed file is any deeper here.
    if (directory === undefined) return;
    directory.unchanged++;
    siblings = directory.children;
  }
}

/** For a directory by itself, all of it: or, where no changed file lies directly in it, parts of it. */
function choicesOf(directory: Directory, most: number): Choices {
  const { name, children, holdsChanged, unchanged } = directory;
  const whole: Choice = { unchanged, parts: [name] };
  if (holdsChanged) return [undefined, whole];
  const parts = together([...children.values()], most);
  return [undefined, betterOf(parts[1], whole), ...parts.slice(2)];
}

function betterOf(a: Choice | undefined, b: Choice): Choice {
  return a !== undefined && a.unchanged <= b.unchanged ? a : b;
}

function together(directories: readonly Directory[], most: number): Choices {
  let sum: Choices = [{ unchanged: 0, parts: [] }];
  for (const directory of directories) {
    const own = choicesOf(directory, most);
    const next: (Choice | undefined)[] = Array.from({ length: Math.min(most + 1, sum.length + own.length - 1) });
    sum.forEach((before, size) => {
      if (before === undefined) return;
      own.forEach((choice, more) => {
        if (choice === undefined || size + more > most) return;
        const total = before.unchanged + choice.unchanged;
        const known = next[size + more];
        if (known === undefined || total < known.unchanged) {
          next[size + more] = { unchanged: total, parts: [before, choice] };
        }
      });
    });
    sum = next;
  }
  return sum;
}

function namesOf({ parts }: Choice): string[] {
  const names: string[] = [];
  const open = [...parts];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part === "string") names.push(part);
    else open.push(...part.parts);
  }
  return names.toSorted();
}
