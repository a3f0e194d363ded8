/** What all servers here share: whatever a request does to its handler, it is answered and the process goes on. */
import type http from "node:http";

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void> | void;

export function listener(handle: Handler): http.RequestListener {
  return (request, response) => {
    answer(handle, request, response).catch(() => request.socket.destroy());
  };
}

async function answer(handle: Handler, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    await handle(request, response);
  } catch (error) {
    if (response.headersSent) throw error;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(500, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    response.end(`The emulator failed: ${String(error)}\n`);
  }
}
