import type { ShownContent, SimulatedButton } from "../simulated-message.js";
import type { InteractiveContent } from "../validation/interactive-schema.js";
import { mediaLabel } from "./media-label.js";

/** What the person sees of an interactive message. */
export function renderInteractive(content: InteractiveContent): ShownContent {
  return {
    header: renderHeader(content.header),
    text: content.body.text,
    footer: content.footer?.text ?? null,
    buttons: renderButtons(content),
  };
}

function renderHeader(header: InteractiveContent["header"]): string | null {
  if (header === undefined) return null;
  if (typeof header.text === "string") return header.text;
  return typeof header.type === "string" ? mediaLabel(header.type) : null;
}

function renderButtons(content: InteractiveContent): SimulatedButton[] {
  switch (content.type) {
    case "button":
      return content.action.buttons.map(({ reply }) => ({
        type: "quick_reply",
        text: reply.title,
        payload: reply.id,
      }));
    case "cta_url": {
      const { display_text, url } = content.action.parameters;
      return [{ type: "url", text: display_text, url }];
    }
    case "list":
      return [{ type: "other", text: content.action.button }];
    default:
      return [];
  }
}
