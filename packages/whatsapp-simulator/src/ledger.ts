import type { SimulatedMessage, SimulatedReply, SimulatedStatus } from "./simulated-message.js";

/** What happened so far, newest last. Everything handed out is a snapshot. */
export interface Ledger {
  addMessage(message: SimulatedMessage): void;
  addReply(reply: SimulatedReply): void;
  /** Null when the message is gone, as after a reset. */
  setStatus(id: string, status: SimulatedStatus, at: Date, errorCode?: number): SimulatedMessage | null;
  markRead(replyId: string, at: Date): void;
  message(id: string): SimulatedMessage | null;
  messages(): readonly SimulatedMessage[];
  replies(): readonly SimulatedReply[];
  clear(): void;
  /** Calls `listener` after every change. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export function createLedger(): Ledger {
  const messages = new Map<string, SimulatedMessage>();
  const replies = new Map<string, SimulatedReply>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    addMessage(message) {
      messages.set(message.id, message);
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
    markRead(replyId, at) {
      const reply = replies.get(replyId);
      if (reply === undefined || reply.readAt !== null) return;
      replies.set(replyId, { ...reply, readAt: at });
      changed();
    },
    message: (id) => messages.get(id) ?? null,
    messages: () => [...messages.values()],
    replies: () => [...replies.values()],
    clear() {
      messages.clear();
      replies.clear();
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
