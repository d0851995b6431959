import type { WebhookNews } from "@callboard/core/adapter";
import { asFields, type Fields } from "../narrow.js";

/** News as it is gathered, one piece after the other. */
export type News = {
  readonly [List in keyof WebhookNews]-?: NonNullable<WebhookNews[List]>[number][];
};

/**
 * Adds what a piece says to the news. Returns why it cannot be read, as the end of "a status that …"; `null`: it was read,
 * or concerns nobody here.
 */
export type Reader = (piece: Fields, news: News) => string | null;

/** The longest body that may be set aside, in characters. */
const longestPiece = 64_000;

export function noNews(): News {
  return {
    receipts: [],
    inbound: [],
    preferences: [],
    moves: [],
    templateNews: [],
    alerts: [],
    unread: [],
  };
}

/** What is set aside, with the beginning of its body. */
export function unreadPiece(reason: string, body: string): News["unread"][number] {
  return { reason, body: body.slice(0, longestPiece) };
}

/** Reads every piece of a list by itself, so that one that cannot be read spoils none of the others. */
export function readEach(pieces: unknown, noun: string, read: Reader, news: News): void {
  if (!Array.isArray(pieces)) {
    setAside(`no list where there should be one, of each ${noun}`, pieces ?? null, news);
    return;
  }
  for (const piece of pieces) {
    const fields = asFields(piece);
    const why = fields === null ? "is not a JSON object" : read(fields, news);
    if (why !== null) setAside(`a ${noun} that ${why}`, piece, news);
  }
}

/** Repeats a word of Meta's in a reason, unless it is none. */
export function wordIn(value: unknown): string {
  return typeof value === "string" && /^[\w.-]{1,60}$/.test(value) ? value : "?";
}

function setAside(reason: string, piece: unknown, news: News): void {
  news.unread.push(unreadPiece(reason, JSON.stringify(piece)));
}
