import type { JsonObject, Transport } from "@callboard/core/adapter";
import { consoleTransport } from "../src/index.js";

consoleTransport() satisfies Transport<"console", JsonObject>;
consoleTransport({ showText: false }).name satisfies "console";
consoleTransport({ name: "whatsapp" }).name satisfies "whatsapp";
// @ts-expect-error the name is the one that was given
consoleTransport({ name: "whatsapp" }).name satisfies "console";
// @ts-expect-error `write` takes a message
consoleTransport({ write: (count: number) => count });
