import { createChangeNotice } from "./change-notice.js";
import type { SimulatedMessage, SimulatedReply, SimulatedStatus } from "./simulated-message.js";

/** What happened so far, newest last. Everything handed out is a snapshot. */
export interface Ledger {
  addMessage(message: SimulatedMessage): void;
  addReply(reply: SimulatedReply): void;
  /** Null when the message is gone, as after a reset. */
  setStatus(id: string, status: SimulatedStatus, at: Date, errorCode?: number): SimulatedMessage | null;
  /** Marks a reply and all earlier ones of the same person. Typing shows for 25 seconds, or until a message comes. */
  markRead(replyId: string, at: Date, options?: { readonly isTyping?: boolean }): void;
  /** Whether a person sees that the business is typing. */
  isTyping(person: string, at: Date): boolean;
  message(id: string): SimulatedMessage | null;
  messages(): readonly SimulatedMessage[];
  replies(): readonly SimulatedReply[];
  clear(): void;
  /** Calls `listener` after every change. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

/** @see https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators */
const typingMs = 25_000;

export function createLedger(): Ledger {
  const messages = new Map<string, SimulatedMessage>();
  const replies = new Map<string, SimulatedReply>();
  /** By phone number, when it ends. */
  const typing = new Map<string, Date>();
  const { changed, onChange } = createChangeNotice();

  return {
    addMessage(message) {
      messages.set(message.id, message);
      typing.delete(message.to);
      changed();
    },
    addReply(reply) {
      replies.set(reply.id, reply);
      changed();
    },
    setStatus(id, status, at, errorCode) {
      const message = messages.get(id);
      if (message === undefined) return null;
      const next = { ...message, status, [`${status}At`]: at, errorCode: errorCode ?? null };
      messages.set(id, next);
      changed();
      return next;
    },
    markRead(replyId, at, { isTyping = false } = {}) {
      const reply = replies.get(replyId);
      if (reply === undefined) return;
      if (isTyping) typing.set(reply.from, new Date(at.getTime() + typingMs));
      for (const earlier of replies.values()) {
        const isUnread = earlier.from === reply.from && earlier.readAt === null;
        if (isUnread) replies.set(earlier.id, { ...earlier, readAt: at });
        if (earlier.id === replyId) break;
      }
      changed();
    },
    isTyping(person, at) {
      const end = typing.get(person);
      return end !== undefined && at < end;
    },
    message: (id) => messages.get(id) ?? null,
    messages: () => [...messages.values()],
    replies: () => [...replies.values()],
    clear() {
      messages.clear();
      typing.clear();
      replies.clear();
      changed();
    },
    onChange,
  };
}
