/** A Redis server of one's own, on a socket in a folder of its own: nothing of the machine's is touched. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { findRedis } from "../../tools/setup/redis.mjs";

export const redisServer = findRedis();

export class RedisServer implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.#port = port;
    this.#options = options;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const fixed = ["--port", `${this.#port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const server = spawn(redisServer ?? "redis-server", [...fixed, ...this.#options]);
    this.#process = server;
    let said = "";
    for await (const chunk of server.stdout) {
      said += String(chunk);
      if (said.includes("Ready to accept connections")) break;
    }
    if (server.exitCode !== null) throw new Error(`redis-server ended: ${said}`);
    // A pipe that nobody reads would fill.
    server.stdout.resume();
  }

  /** It stays connected and answers nothing. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  async kill(): Promise<void> {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
    this.#process = undefined;
  }

  /** One command as a line; resolves when it has been answered. */
  async command(line: string): Promise<void> {
    const socket = connect(this.#port, "127.0.0.1");
    socket.write(`${line}\r\n`);
    await once(socket, "data");
    socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
