/** A provider that answers every request and writes down who was told. Run by `provider.ts`. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { nowMs } from "./wall-clock.ts";

/** One message that it was given, in the order of their coming. */
export interface Told {
  readonly to: string;
  /** In ms since 1970. */
  readonly at: number;
}

export type ProviderCommand = { readonly call: number } & (
  | { readonly verb: "open" }
  | { readonly verb: "ledger" }
  /** Forgets who was told, and answers so late from now on. */
  | { readonly verb: "begin"; readonly latencyMs: number }
  /** Answered when it has been given so many messages. */
  | { readonly verb: "told"; readonly count: number }
);

export interface ProviderAnswer {
  readonly call: number;
  readonly url: string;
  readonly ledger: readonly Told[];
}

let latencyMs = 0;
let ledger: Told[] = [];
let waiting: { readonly count: number; readonly answer: () => void }[] = [];

const server = createServer(serve);

process.on("message", (command: ProviderCommand) => void carryOut(command));
// Nobody is left who would ask.
process.on("disconnect", () => process.exit());

async function carryOut(command: ProviderCommand): Promise<void> {
  const answer = (told: Partial<ProviderAnswer> = {}) =>
    void process.send?.({ call: command.call, url: "", ledger: [], ...told });
  if (command.verb === "open") return answer({ url: await open() });
  if (command.verb === "ledger") return answer({ ledger });
  if (command.verb === "begin") {
    latencyMs = command.latencyMs;
    ledger = [];
    return answer();
  }
  waiting.push({ count: command.count, answer });
  tellWaiting();
}

async function open(): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Bare HTTP: on a machine with few cores a whole server would take its time from those who are measured. */
function serve(socket: Socket): void {
  socket.setNoDelay(true);
  // A client that goes away is no fault here.
  socket.on("error", () => socket.destroy());
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let request = firstRequest(rest); request; request = firstRequest(rest)) {
      rest = rest.subarray(request.length);
      take(request.body, socket);
    }
  });
}

function firstRequest(
  bytes: Buffer<ArrayBufferLike>,
): { readonly length: number; readonly body: string } | null {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const [, size = "0"] = /content-length: *(\d+)/i.exec(bytes.toString("latin1", 0, headEnd)) ?? [];
  const [start, length] = [headEnd + 4, headEnd + 4 + Number(size)];
  return bytes.length < length ? null : { length, body: bytes.toString("utf8", start, length) };
}

function take(body: string, socket: Socket): void {
  const { to } = JSON.parse(body);
  ledger.push({ to, at: nowMs() });
  tellWaiting();
  const answer = JSON.stringify({ id: `m-${ledger.length}` });
  const bytes = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`;
  if (latencyMs === 0) socket.write(bytes);
  else setTimeout(() => socket.write(bytes), latencyMs);
}

function tellWaiting(): void {
  if (waiting.length === 0) return;
  const isMet = ({ count }: { readonly count: number }) => ledger.length >= count;
  for (const { answer } of waiting.filter(isMet)) answer();
  waiting = waiting.filter((one) => !isMet(one));
}
