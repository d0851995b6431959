import type { IncomingMessage } from "node:http";
import { type Answer, redirectAnswer, textAnswer } from "../http/answer.js";
import { isSameOrigin } from "../http/caller-check.js";
import { BodyTooLargeError, readBody } from "../http/read-body.js";
import { pressButton, receiveText } from "../receive-reply.js";
import type { Simulation } from "../simulation.js";
import { assets } from "./assets.js";
import { phonesPage } from "./phones-page.js";

const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

/** True for addresses that belong to the page a person looks at. */
export function isPagePath(path: string): boolean {
  return path === "/" || path === "/favicon.ico" || /^\/(phones|assets)(\/|$)/.test(path);
}

/** Answers the page, its files and its forms. */
export function answerPageRequest(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Answer | Promise<Answer> {
  if (request.method === "POST") return answerForm(simulation, request, path);
  if (request.method !== "GET" && request.method !== "HEAD") return textAnswer(405, "Use GET.\n");
  if (path === "/" || path === "/phones") {
    const body = phonesPage(simulation, `http://${request.headers.host ?? "localhost"}`);
    return { kind: "body", status: 200, contentType: "text/html; charset=utf-8", body, headers: pageHeaders };
  }
  const asset = assets.get(path);
  return asset === undefined
    ? textAnswer(404, "There is no such page.\n")
    : { kind: "body", status: 200, ...asset };
}

async function answerForm(simulation: Simulation, request: IncomingMessage, path: string): Promise<Answer> {
  const [, digits = "", action = ""] = /^\/phones\/(\d+)\/(replies|presses)$/.exec(path) ?? [];
  if (action === "") return textAnswer(404, "There is no such form.\n");
  if (!isSameOrigin(request)) return textAnswer(403, "Another web site may not write from these phones.\n");
  try {
    const form = new URLSearchParams((await readBody(request)).toString("utf8"));
    const field = (name: string) => form.get(name) ?? "";
    // The page does not wait for the webhook; how it fared stands at the top.
    if (action === "replies") receiveText(simulation, { from: `+${digits}`, text: field("text") });
    else pressButton(simulation, { messageId: field("message"), index: Number(field("index")) });
    return redirectAnswer(`/phones#phone-${digits}`);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return textAnswer(413, `${error.message}\n`);
    if (error instanceof TypeError) return textAnswer(400, `${error.message}\n`);
    throw error;
  }
}
