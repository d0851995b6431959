import { newMessageId } from "./message-id.js";
import { e164, phoneDigits } from "./phone-number.js";
import type { SimulatedReply } from "./simulated-message.js";
import type { Simulation } from "./simulation.js";
import { countCharacters } from "./validation/characters.js";
import { inboundWebhook, type Press } from "./webhooks/inbound-webhook.js";

/** What a person writes. */
export interface IncomingText {
  /** The person's phone number in E.164 form. */
  readonly from: string;
  /** 1 to 4096 characters. */
  readonly text: string;
}

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
 * A person writes to the business.
 *
 * @throws {TypeError} `from` is no phone number, or `text` is empty or too long.
 */
export function receiveText(simulation: Simulation, { from, text }: IncomingText): Received {
  const digits = phoneDigits(from);
  if (digits === null) throw new TypeError(`${JSON.stringify(from)} is not a phone number. Use E.164 form.`);
  if (text.trim() === "" || countCharacters(text) > 4096) {
    throw new TypeError("A reply needs 1 to 4096 characters.");
  }
  return receive(simulation, newReply(simulation, { digits, text, quotedId: null }), null);
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
  const reply = newReply(simulation, {
    digits: message.to.slice(1),
    text: button.text,
    quotedId: message.id,
  });
  return receive(simulation, reply, { message, button });
}

function newReply(
  simulation: Simulation,
  { digits, text, quotedId }: { digits: string; text: string; quotedId: string | null },
): SimulatedReply {
  const receivedAt = simulation.timers.now();
  return { id: newMessageId(digits), from: e164(digits), text, quotedId, receivedAt, readAt: null };
}

function receive(simulation: Simulation, reply: SimulatedReply, press: Press | null): Received {
  simulation.ledger.addReply(reply);
  const told = simulation.webhooks.send(reply.from, inboundWebhook(simulation.options, reply, press));
  return { id: reply.id, told };
}
