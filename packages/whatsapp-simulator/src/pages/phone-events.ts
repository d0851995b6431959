import type { IncomingMessage, ServerResponse } from "node:http";
import type { Simulation } from "../simulation.js";

/** Open pages that want to know when something changed. */
export interface PhoneEvents {
  /** Keeps the response open as a stream of server-sent events. */
  open(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

/** A burst of messages redraws a page once. In ms. */
const quietMs = 120;

export function createPhoneEvents({ ledger, templates, webhooks }: Simulation): PhoneEvents {
  const responses = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | null = null;

  const announce = () => {
    timer = null;
    for (const response of responses) response.write("event: change\ndata: {}\n\n");
  };
  const changed = () => {
    // The page lives by the machine's clock, whatever clock the simulator lives by.
    if (responses.size > 0) timer ??= setTimeout(announce, quietMs);
  };
  const stops = [ledger.onChange(changed), templates.onChange(changed), webhooks.log.onChange(changed)];

  return {
    open(request, response) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      // The first event tells a page that reconnects to catch up.
      response.write("retry: 1000\nevent: change\ndata: {}\n\n");
      responses.add(response);
      request.on("close", () => responses.delete(response));
    },
    close() {
      for (const stop of stops) stop();
      if (timer !== null) clearTimeout(timer);
      for (const response of responses) response.destroy();
    },
  };
}
