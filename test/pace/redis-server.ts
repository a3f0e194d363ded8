/** A Redis server of one's own, on a socket in a folder of its own: nothing of the machine's is touched. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { findRedis } from "../../tools/setup/redis.mjs";

export const redisServer = findRedis();

export class RedisServer implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const fixed = ["--port", `${this.port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const server = spawn(redisServer ?? "redis-server", [...fixed, ...this.#options]);
    this.#process = server;
    let said = "";
    for await (const chunk of server.stdout) {
      said += String(chunk);
      if (said.includes("Ready to accept connections")) break;
    }
    if (!said.includes("Ready to accept connections")) throw new Error(`redis-server ended: ${said}`);
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

  /** One command as a line; its answer as it was written. */
  async command(line: string): Promise<string> {
    const socket = connect(this.port, "127.0.0.1");
    socket.write(`${line}\r\n`);
    const [answer]: unknown[] = await once(socket, "data");
    socket.destroy();
    return String(answer);
  }

  /** The names of all keys. */
  async keys(): Promise<string[]> {
    return (await this.command("KEYS *")).split("\r\n").filter((line) => line.includes(":"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** What stands between a stack and its server: it may be slow, speak TLS, or be something else altogether. */
export class Between implements AsyncDisposable {
  /** How long each answer is kept back. */
  answerMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** In front of this server. `listen`: makes the listener, where it is no plain one. */
  static async start(to: RedisServer, listen: (greet: (socket: Socket) => void) => Server = createServer) {
    const between: Between = await Between.of((socket) => between.#forward(socket, to), listen);
    return between;
  }

  /** A listener that does this with each connection. */
  static async of(greet: (socket: Socket) => void, listen: (greet: (socket: Socket) => void) => Server = createServer) {
    const server = listen((socket) => {
      between.#sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => between.#sockets.delete(socket));
      greet(socket);
    });
    const between = new Between(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return between;
  }

  get port(): number {
    return portOf(this.#server);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  #forward(socket: Socket, to: RedisServer): void {
    const behind = connect(to.port, "127.0.0.1").on("error", () => undefined);
    behind.once("close", () => socket.destroy());
    socket.once("close", () => behind.destroy());
    socket.on("data", (chunk) => behind.write(chunk));
    behind.on("data", (chunk) => {
      if (this.answerMs === 0) socket.write(chunk);
      else setTimeout(() => socket.write(chunk), this.answerMs).unref();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const port = portOf(probe);
  probe.close();
  await once(probe, "close");
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
