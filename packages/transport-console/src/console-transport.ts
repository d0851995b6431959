import {
  InvalidAddressError,
  type JsonObject,
  type OutgoingMessage,
  type RenderedButton,
  type Transport,
} from "@callboard/core/adapter";
import { printable, printableLine } from "./printable.js";

export interface ConsoleTransportOptions<Name extends string = "console"> {
  /** The channel. Give another one's name to stand in for it in development. @default "console" */
  readonly name?: Name;
  /** Receives each message once, as lines without a break at the end. @default writes to standard output */
  readonly write?: (message: string) => void;
  /** `false` leaves out text and buttons, for logs that other people read. @default true */
  readonly showText?: boolean;
}

/**
 * Prints each message instead of sending it. Characters that could steer a terminal are printed as `\u001b`. The
 * provider's message id is the attempt's own.
 */
export function consoleTransport<const Name extends string = "console">({
  name = "console" as Name,
  write = (message) => void process.stdout.write(`${message}\n`),
  showText = true,
}: ConsoleTransportOptions<Name> = {}): Transport<Name, JsonObject> {
  return {
    name,
    normalizeAddress(address) {
      const trimmed = address.trim();
      if (trimmed === "") throw new InvalidAddressError(name, "it is empty. Give any other text.");
      return trimmed;
    },
    checkContent: () => [],
    async send(message) {
      write([heading(name, message), ...(showText ? body(message) : [])].join("\n"));
      return { providerMessageId: message.attemptId };
    },
  };
}

function heading(name: string, { to, template }: OutgoingMessage): string {
  return printableLine(`[${name}] to ${to}: ${template.name} v${template.version}`);
}

/** Indented, so that no text can pass for a heading. */
function body({ content }: OutgoingMessage): string[] {
  return [...printable(content.text).split("\n"), ...content.buttons.map(button)].map((line) => `  ${line}`);
}

function button(rendered: RenderedButton): string {
  const { label } = rendered;
  return printableLine(rendered.type === "url" ? `[${label}] ${rendered.url}` : `[${label}]`);
}
