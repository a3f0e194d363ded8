/**
 * package-lock.json must work on every machine: `npm ci` refuses a lock file that leaves out the
 * packages of other platforms (npm leaves them out silently when a registry does not have them), and an
 * address of one registry does not belong in it.
 */
import { readFile } from "node:fs/promises";

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly link?: boolean;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  await readFile(new URL("../package-lock.json", import.meta.url), "utf8"),
);
const names = Object.keys(lock.packages);
const problems = names.flatMap((name) => {
  const { optionalDependencies = {}, resolved, link } = lock.packages[name] ?? {};
  const missing = Object.keys(optionalDependencies)
    .filter((dependency) => !names.some((other) => other.endsWith(`node_modules/${dependency}`)))
    .map(
      (dependency) => `${name} has no locked ${dependency}: pin a version whose platform packages are all published`,
    );
  const address = resolved && !link ? [`${name} names an address: ${resolved}`] : [];
  return [...missing, ...address];
});

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
