import { z } from "zod";
import { type IncomingMessage, incomingMessageSchema } from "./incoming-message.js";
import { newMessageId } from "./message-id.js";
import { e164, phoneDigits } from "./phone-number.js";
import { renderIncoming } from "./rendering/render-incoming.js";
import type { SimulatedReply } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import { inboundContent, quotedIdOf } from "./webhooks/inbound-content.js";
import { inboundWebhook, pressedContent } from "./webhooks/inbound-webhook.js";

/** Which button a person presses. */
export interface ButtonPress {
  readonly messageId: string;
  /** Position among the message's buttons, from 0. */
  readonly index: number;
}

/** A reply that is written down, and the webhook that tells of it. */
export interface Received {
  readonly id: string;
  /** Resolves once the webhook was answered or given up. Never rejects. */
  readonly told: Promise<void>;
}

/**
 * A person writes to the business, or sends something else.
 *
 * @throws {TypeError} `from` is no phone number, or the content does not fit its type.
 */
export function receiveMessage(simulation: Simulation, incoming: IncomingMessage): Received {
  const parsed = incomingMessageSchema.safeParse(incoming);
  if (!parsed.success) throw new TypeError(`This is no message.\n${z.prettifyError(parsed.error)}`);
  const { data: message } = parsed;
  const digits = phoneDigits(message.from);
  if (digits === null) {
    throw new TypeError(`${JSON.stringify(message.from)} is not a phone number. Use E.164 form.`);
  }
  const shown = { type: message.type, text: renderIncoming(message), quotedId: quotedIdOf(message) };
  const reply = newReply(simulation, digits, shown);
  return receive(simulation, reply, inboundContent(message, reply.id));
}

/**
 * A person presses a quick reply.
 *
 * @throws {TypeError} There is no such message, or no such button that answers.
 */
export function pressButton(simulation: Simulation, { messageId, index }: ButtonPress): Received {
  const message = simulation.ledger.message(messageId);
  if (message === null) throw new TypeError(`There is no message ${JSON.stringify(messageId)}.`);
  const button = message.buttons[index];
  if (button?.type !== "quick_reply") throw new TypeError(`Button ${index} of this message does not answer.`);
  const shown = { type: "button", text: button.text, quotedId: message.id };
  const reply = newReply(simulation, message.to.slice(1), shown);
  return receive(simulation, reply, pressedContent({ message, button }));
}

function newReply(
  { ids, timers }: Simulation,
  digits: string,
  shown: Pick<SimulatedReply, "type" | "text" | "quotedId">,
): SimulatedReply {
  return {
    ...shown,
    id: newMessageId(digits, ids),
    from: e164(digits),
    receivedAt: timers.now(),
    readAt: null,
  };
}

/** Meta does not say whether these open the window, so the business cannot rely on it. */
const kindsThatOpenNothing: ReadonlySet<string> = new Set(["reaction", "revoke"]);

function receive(
  simulation: Simulation,
  reply: SimulatedReply,
  content: Readonly<Record<string, unknown>>,
): Received {
  const opensWindow = !kindsThatOpenNothing.has(reply.type);
  if (opensWindow) simulation.windows.open(reply.from.slice(1), reply.receivedAt);
  simulation.ledger.addReply(reply);
  const told = simulation.webhooks.send(reply.from, inboundWebhook(simulation.options, reply, content));
  return { id: reply.id, told };
}
