import type { ChannelTemplateStatus } from "@callboard/core/adapter";
import { cut } from "../../content/cut.js";
import { printable } from "../../content/flatten.js";
import { asFields, asText, type Fields } from "../../narrow.js";
import { remoteStatuses } from "../../review/remote-status.js";
import { type News, wordIn } from "../news.js";
import type { TemplateReference } from "./template-reference.js";

/** How a template stands after one of Meta's events. A flagged one may still be sent. */
const statusAfter: ReadonlyMap<unknown, ChannelTemplateStatus> = new Map([
  ...remoteStatuses,
  ["REINSTATED", "approved"],
  ["UNARCHIVED", "approved"],
  ["FLAGGED", "approved"],
  ["LOCKED", "paused"],
]);

/** Events that need no reason. */
const plain: ReadonlySet<unknown> = new Set(["APPROVED", "REINSTATED", "UNARCHIVED", "PENDING"]);

/** Reads a `message_template_status_update`. */
export function readReview(value: Fields, template: TemplateReference, at: Date, news: News): string | null {
  const status = statusAfter.get(value.event);
  if (status === undefined) return `is the unknown template event ${wordIn(value.event)}`;
  const category = asText(value.message_template_category);
  news.templateNews.push({ ...template, status, category, reason: reasonIn(value), at });
  return null;
}

/** Meta's reason in one line, for example `INVALID_FORMAT: …`; its event where it gives none. */
function reasonIn(value: Fields): string | null {
  const rejection = asFields(value.rejection_info);
  const other = asFields(value.other_info);
  const reason = value.reason === "NONE" ? null : asText(value.reason);
  const heading = reason ?? asText(other?.title) ?? (plain.has(value.event) ? null : asText(value.event));
  const texts = [rejection?.reason, rejection?.recommendation, other?.description];
  const details = texts.map(asText).filter((text) => text !== null);
  if (heading === null && details.length === 0) return null;
  const line = [heading, details.join(" ")].filter((part) => part).join(": ");
  return cut(printable(line).replace(/\s+/g, " "), 1_000);
}
