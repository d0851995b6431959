import type { IncomingMessage } from "node:http";
import { type Answer, redirectAnswer, textAnswer } from "../http/answer.js";
import { isSameOrigin } from "../http/caller-check.js";
import { BodyTooLargeError, readBody } from "../http/read-body.js";
import { pressButton, receiveMessage } from "../receive-reply.js";
import type { Simulation } from "../simulation.js";
import { decideTemplate, type TemplateDecision } from "../templates/decide-template.js";

type Fields = Readonly<Record<string, string>>;

/** Carries out one form and tells where the browser goes next. Webhooks are not waited for. */
type Form = (simulation: Simulation, id: string, fields: Fields) => string;

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    "phones/replies",
    (simulation, digits, { text = "" }) => {
      receiveMessage(simulation, { from: `+${digits}`, text });
      return `/phones#phone-${digits}`;
    },
  ],
  [
    "phones/presses",
    (simulation, digits, { message = "", index }) => {
      pressButton(simulation, { messageId: message, index: Number(index) });
      return `/phones#phone-${digits}`;
    },
  ],
  [
    "templates/decisions",
    (simulation, id, decision) => {
      decideTemplate(simulation, id, decision as TemplateDecision);
      return `/templates#template-${id}`;
    },
  ],
]);

/** Answers a form of the pages: with a redirect, or with the reason against it as plain text. */
export async function answerForm(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  const [, area = "", id = "", action = ""] = /^\/(\w+)\/(\d+)\/(\w+)$/.exec(path) ?? [];
  const form = forms.get(`${area}/${action}`);
  if (form === undefined) return textAnswer(404, "There is no such form.\n");
  if (!isSameOrigin(request)) return textAnswer(403, "Another web site may not write from these phones.\n");
  try {
    const fields = new URLSearchParams((await readBody(request)).toString("utf8"));
    return redirectAnswer(form(simulation, id, Object.fromEntries(fields)));
  } catch (error) {
    if (error instanceof BodyTooLargeError) return textAnswer(413, `${error.message}\n`);
    if (error instanceof TypeError) return textAnswer(400, `${error.message}\n`);
    throw error;
  }
}
