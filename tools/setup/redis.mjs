/** A Redis or Valkey server for the tests of the coordinator. */
import path from "node:path";
import { aptGet, exists, provide } from "./debian.mjs";

/** @param {string} folders as in PATH */
export function findRedis(folders = process.env["PATH"] ?? "") {
  const names = ["redis-server", "valkey-server"];
  return folders
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find(exists);
}

/** @param {{ say: (line: string) => void, signal?: AbortSignal, folders?: string, installer?: string | undefined }} options */
export async function provideRedis({ say, signal, folders, installer = aptGet }) {
  await provide(
    {
      name: "redis",
      missing: "no redis-server on PATH",
      advice: "put one there",
      without: "the tests of the coordinator will say that they did not run",
      package: "redis-server",
      find: () => findRedis(folders),
    },
    { say, installer, ...(signal ? { signal } : {}) },
  );
}
