import { lengthOf } from "../content/flatten.js";
import { finding, type TemplateFinding } from "../content/rules/finding.js";
import { lengths } from "../content/rules/limits.js";
import type { TemplateView } from "./template-view.js";

/**
 * What Meta would refuse about a template for codes, whose words it writes itself.
 * @see https://www.twilio.com/docs/content/whatsappauthentication
 */
export function checkAuthentication({ header, body, buttons }: TemplateView): TemplateFinding[] {
  const say = (component: string, problem: string, cure: string) =>
    finding("authentication", component, problem, cure);
  const codes = body?.examples ?? [];
  const most = lengths.authenticationValue;
  return [
    ...(body && body.text !== null ? [say("body", ownWords, elsewhere)] : []),
    ...(header ? [say("header", "An AUTHENTICATION template has no header.", "Leave it out.")] : []),
    ...(buttons.length === 1 && buttons[0]?.kind === "otp"
      ? []
      : [say("buttons", "An AUTHENTICATION template has one button, for its code.", elsewhere)]),
    ...(codes.some(({ value }) => lengthOf(String(value)) > most)
      ? [say("body", `A variable of an AUTHENTICATION template holds ${most} characters.`, "Shorten it.")]
      : []),
  ];
}

const ownWords = "WhatsApp writes the words of an AUTHENTICATION template itself.";
const elsewhere =
  "Use UTILITY; or create it in WhatsApp Manager, and set whatsapp.name to the name that it has there.";
