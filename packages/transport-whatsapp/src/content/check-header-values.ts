import type { RenderedContent } from "@callboard/core/adapter";
import { asFields, asText } from "../narrow.js";
import { growthOf, isBlank, lengthOf } from "./flatten.js";
import { checkAddress, checkHeaderLength } from "./rules/check-texts.js";
import { finding, type TemplateFinding } from "./rules/finding.js";
import { lengths } from "./rules/limits.js";

/** What WhatsApp would refuse about the header as one person gets it. */
export function checkHeaderValues({ channel, settingValues }: RenderedContent): TemplateFinding[] {
  const header = asFields(channel?.header);
  if (header === null) return [];
  if (header.type === "text") {
    const values = settingValues?.["header.text"] ?? [];
    return checkHeaderLength(lengthOf((asText(header.text) ?? "").trim()) + growthOf(values));
  }
  const { link, id } = header;
  return typeof link === "string" ? checkLink(link) : checkId(id);
}

function checkLink(link: string): TemplateFinding[] {
  const flaw = checkAddress(link);
  if (flaw === null) return [];
  const problem =
    flaw === "long"
      ? `The link of the WhatsApp header is longer than ${lengths.url} characters.`
      : "The link of the WhatsApp header cannot be opened.";
  const cure = flaw === "long" ? "Shorten it." : "Start it with https:// and a host.";
  return [finding("header-link", "header.link", problem, cure)];
}

function checkId(id: unknown): TemplateFinding[] {
  if (typeof id === "string" && !isBlank(id)) return [];
  return [
    finding(
      "header-link",
      "header.id",
      "The id of the WhatsApp header is empty.",
      "Give the id of an upload.",
    ),
  ];
}
