/**
 * A lock between processes: a file that names its owner.
 *
 *   await withLock(file, { onWait: say }, async () => { … });
 *
 * An owner that was killed cannot remove its file. So the lock counts as left behind when its process
 * is gone from this machine, or when the owner has not touched it for half a minute (another machine
 * or container that shares the folder).
 *
 * Runs on bare Node 20 with no dependencies.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const heartbeatMs = 5_000;
const silentMs = 30_000;
const retryMs = 250;

/**
 * @template T
 * @param {string} file
 * @param {{ onWait?: (owner: string) => void, signal?: AbortSignal }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait, signal }, work) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  const id = `${process.pid}-${Date.now()}`;
  while (!tryLock(file, id)) {
    signal?.throwIfAborted();
    const owner = readOwner(file);
    if (owner && isLeftBehind(file, owner)) {
      breakLock(file, owner);
      continue;
    }
    if (owner && !told) {
      told = true;
      onWait?.(`process ${owner.pid}${owner.host === hostname() ? "" : ` on ${owner.host}`}`);
    }
    await sleep(retryMs, undefined, signal ? { signal } : {});
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs);
  const release = () => {
    if (readOwner(file)?.id === id) rmSync(file, { force: true });
  };
  // `exit` also covers process.exit() in a signal handler, where no `finally` runs.
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off("exit", release);
    release();
  }
}

/** @typedef {{ pid: number, host: string, id: string }} Owner */

/**
 * Linking a finished file makes the lock appear with its content, so half an owner is never read.
 * @param {string} file
 * @param {string} id
 */
function tryLock(file, id) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname(), id }));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Renaming picks one winner among those who found the same dead owner. The winner looks again at what
 * it took: if a new owner had come in between, it puts that lock back.
 *
 * @param {string} file
 * @param {Owner} dead
 */
function breakLock(file, dead) {
  const taken = `${file}.broken.${process.pid}`;
  try {
    renameSync(file, taken);
  } catch (error) {
    if (isCode(error, "ENOENT")) return;
    throw error;
  }
  if (readOwner(taken)?.id !== dead.id) {
    try {
      linkSync(taken, file);
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
  }
  rmSync(taken, { force: true });
}

/**
 * @param {string} file
 * @param {Owner} owner
 */
function isLeftBehind(file, owner) {
  if (owner.host === hostname() && !isAlive(owner.pid)) return true;
  try {
    return Date.now() - statSync(file).mtimeMs > silentMs;
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

/**
 * @param {string} file
 * @returns {Owner | undefined} undefined when the lock has just been given back
 */
function readOwner(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Another process judged this one dead, for instance after the machine slept. The work goes on:
    // everything that is built here is published by one rename, so doing it twice is only slower.
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
