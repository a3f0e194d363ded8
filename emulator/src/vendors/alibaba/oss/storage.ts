/**
 * The object storage behind UploadFileAdvance: grants an upload, takes it by a form, and keeps it in memory.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { Readable } from "node:stream";
import type { Random } from "../../../clock/random.ts";
import { readBody } from "../../../http/body.ts";
import { listener } from "../../../http/listener.ts";
import type { ObjectStorage, SharedStorage, UploadGrant } from "../../../ports/storage.ts";
import { selfSigned } from "./certificate.ts";
import { parseMultipart } from "./multipart.ts";

const MAX_UPLOAD = 64 * 1024 * 1024;
const DOWNLOAD_MS = 10_000;

export interface StorageParts {
  /** Where `publish`ed content can be fetched. */
  readonly downloadUrl: (key: string) => string;
  readonly fetch: typeof fetch;
  /** Which addresses are asked for files that do not lie here. */
  readonly mayFetch: (url: URL) => boolean;
}

export class Storage implements SharedStorage {
  readonly #objects = new Map<string, Uint8Array>();
  readonly #grants = new Map<string, { readonly secret: string; readonly grant: UploadGrant }>();
  readonly #parts: StorageParts;
  authority = "";

  constructor(parts: StorageParts) {
    this.#parts = parts;
  }

  /** What one tenant may do with it. */
  forTenant(random: Random): ObjectStorage {
    const authority = (): string => this.authority;
    return {
      grant: () => this.#grant(random),
      get authority() {
        return authority();
      },
      read: (url) => this.read(keyOf(url)),
      fetch: (url) => this.#fetchAllowed(url),
      publish: (content) => {
        const key = `${random.digits(10)}/${random.uuid()}`;
        this.put(key, Buffer.from(content));
        return this.#parts.downloadUrl(key);
      },
    };
  }

  read(key: string): Uint8Array | undefined {
    return this.#objects.get(key);
  }

  put(key: string, content: Uint8Array): void {
    this.#objects.set(key, content);
  }

  /** Takes an upload form. Returns the status and the XML to answer. */
  accept(body: Buffer, contentType: string): { status: number; xml: string } {
    const parts = parseMultipart(body, contentType);
    const field = (name: string): string | undefined =>
      parts?.find((part) => part.name === name)?.content.toString("utf8");
    const file = parts?.find((part) => part.name === "file");
    const key = field("key");
    if (!file || key === undefined) return failure(400, "MalformedPOSTRequest", "The form is not complete.");
    const granted = this.#grants.get(field("OSSAccessKeyId") ?? "");
    if (!granted) return failure(403, "InvalidAccessKeyId", "The access key id does not exist.");
    const expected = Buffer.from(signPolicy(field("policy") ?? "", granted.secret));
    const given = Buffer.from(field("Signature") ?? "");
    if (given.byteLength !== expected.byteLength || !timingSafeEqual(given, expected)) {
      return failure(403, "SignatureDoesNotMatch", "The signature of the form does not match.");
    }
    if (key !== granted.grant.objectKey) return failure(403, "AccessDenied", "The policy does not allow this key.");
    this.put(key, file.content);
    const location = `https://${this.authority}/${key}`;
    return {
      status: Number(field("success_action_status")) === 201 ? 201 : 204,
      xml: `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Bucket>emulator</Bucket><Location>${location}</Location><Key>${key}</Key><ETag>"emulator"</ETag></PostResponse>`,
    };
  }

  /** Only allowed addresses are asked: a caller of the API must not read the machine's network by it. */
  async #fetchAllowed(text: string): Promise<Uint8Array | undefined> {
    const url = URL.parse(text);
    const own = this.#parts.downloadUrl("");
    if (url?.host === this.authority) return this.read(keyOf(text));
    if (text.startsWith(own)) return this.read(text.slice(own.length));
    return url && this.#parts.mayFetch(url) ? this.#download(text) : undefined;
  }

  async #download(url: string): Promise<Uint8Array | undefined> {
    try {
      // not where a redirect leads: only this address was allowed
      const response = await this.#parts.fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS), redirect: "error" });
      if (!response.ok || !response.body) return undefined;
      return await readBody(Readable.fromWeb(response.body), MAX_UPLOAD);
    } catch {
      return undefined;
    }
  }

  #grant(random: Random): UploadGrant {
    const accessKeyId = `STS.${random.base36(20)}`;
    const secret = random.uuid();
    const objectKey = `${random.digits(10)}/${random.uuid()}`;
    const policy = Buffer.from(JSON.stringify({ conditions: [["eq", "$key", objectKey]] })).toString("base64");
    const grant = { accessKeyId, objectKey, policy, signature: signPolicy(policy, secret) };
    this.#grants.set(accessKeyId, { secret, grant });
    return grant;
  }
}

export interface StorageServer extends net.Server {
  closeAllConnections(): void;
}

/**
 * One port for both: TLS, as the vendor's SDK always speaks, and plain HTTP for who was given the emulator by http://
 * and would have to trust a certificate that lives no longer than this process.
 */
export function createStorageServer(storage: Storage, now: number): StorageServer {
  const { key, cert } = selfSigned(now, ["localhost", "127.0.0.1"]);
  const secure = https.createServer({ key, cert }, listener(answer));
  const plain = http.createServer(listener(answer));
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (start: Buffer) => {
      socket.pause();
      socket.unshift(start);
      // a TLS connection begins with a handshake record, which the server reads by itself
      if (start[0] === 0x16) return void secure.emit("connection", socket);
      plain.emit("connection", socket);
      socket.resume();
    });
  });
  const closeAllConnections = (): void => sockets.forEach((socket) => socket.destroy());
  return Object.assign(server, { closeAllConnections });

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_UPLOAD);
    if (!body) return void response.writeHead(413, { connection: "close" }).end();
    const { status, xml } =
      request.method === "POST"
        ? storage.accept(body, request.headers["content-type"] ?? "")
        : failure(405, "MethodNotAllowed", "Only uploads by form are emulated.");
    response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(xml) });
    response.end(xml);
  }
}

function signPolicy(policy: string, secret: string): string {
  return createHmac("sha1", secret).update(policy).digest("base64");
}

function keyOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname.slice(1));
  } catch {
    return "";
  }
}

function failure(status: number, code: string, message: string): { status: number; xml: string } {
  return {
    status,
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>EMULATOR</RequestId><HostId>emulator</HostId></Error>`,
  };
}
