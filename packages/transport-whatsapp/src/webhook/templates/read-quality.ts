import type { Fields } from "../../narrow.js";
import { type News, wordIn } from "../news.js";
import { nameOf, type TemplateReference } from "./template-reference.js";

/** Reads a `message_template_quality_update`. Only a quality that endangers the template is told. */
export function readQuality(value: Fields, template: TemplateReference, at: Date, news: News): string | null {
  const score = value.new_quality_score;
  if (score === "GREEN" || score === "UNKNOWN") return null;
  if (score !== "YELLOW" && score !== "RED") return `has the unknown quality ${wordIn(score)}`;
  news.alerts.push({
    kind: "message_template_quality_update",
    message: `The quality of the template ${nameOf(template)} has become ${score}.`,
    hint: "Send it to fewer people, or improve it: people block it, or do not read it, and Meta pauses it next.",
    pauseForMs: null,
    at,
  });
  return null;
}
