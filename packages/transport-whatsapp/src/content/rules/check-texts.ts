import { isBlank, lengthOf } from "../flatten.js";
import { finding, type TemplateFinding } from "./finding.js";
import { lengths } from "./limits.js";

/** A header's text, whether its variable stands in it or its value. */
export function checkHeaderLength(length: number): TemplateFinding[] {
  if (length >= 1 && length <= lengths.header) return [];
  return [
    finding(
      "header-length",
      "header.text",
      `The WhatsApp header has ${length} characters, and may have 1 to ${lengths.header}.`,
      "Shorten it, or leave it out.",
    ),
  ];
}

/** A footer: 1–60 characters, one line, without emoji. */
export function checkFooter(footer: unknown): TemplateFinding[] {
  const length = typeof footer === "string" && !isBlank(footer) ? lengthOf(footer.trim()) : 0;
  if (length >= 1 && length <= lengths.footer) return [];
  return [
    finding(
      "footer-length",
      "footer",
      `The WhatsApp footer must have 1 to ${lengths.footer} characters.`,
      "Shorten it, or leave it out.",
    ),
  ];
}

/** Something that phones, or Meta's own servers, are to open. */
export function checkAddress(url: string): "unreadable" | "long" | null {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return "unreadable";
  return lengthOf(url) > lengths.url ? "long" : null;
}
