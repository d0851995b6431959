import { checkFooter } from "../content/rules/check-texts.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { emojiIn } from "./emoji.js";
import { placeholdersOf, strayBraces } from "./placeholders.js";
import type { TextView } from "./template-view.js";

/** What Meta would refuse about the line under the text. */
export function checkFooterView({ text }: TextView): TemplateFinding[] {
  const footer = text ?? "";
  const say = (rule: "footer-variables" | "formatting", problem: string, cure: string) =>
    finding(rule, "footer", problem, cure);
  const hasVariable = placeholdersOf(footer).length > 0 || strayBraces(footer) >= 0;
  return [
    ...checkFooter(footer),
    ...(hasVariable
      ? [say("footer-variables", "A WhatsApp footer has no variables.", "Move them into the text.")]
      : []),
    ...(/[\n\r]/.test(footer.trim())
      ? [say("formatting", "A WhatsApp footer is one line.", "Take out the line break.")]
      : []),
    ...(emojiIn(footer).length > 0
      ? [say("formatting", "A WhatsApp footer has no emoji.", "Take it out.")]
      : []),
  ];
}
