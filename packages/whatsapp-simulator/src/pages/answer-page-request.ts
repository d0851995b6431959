import type { IncomingMessage } from "node:http";
import { type Answer, textAnswer } from "../http/answer.js";
import type { Simulation } from "../simulation.js";
import { answerForm } from "./answer-form.js";
import { assets } from "./assets.js";
import { phonesPage } from "./phones-page.js";
import { templatesPage } from "./templates-page.js";

const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

const pages: ReadonlyMap<string, (simulation: Simulation, origin: string) => string> = new Map([
  ["/", phonesPage],
  ["/phones", phonesPage],
  ["/templates", templatesPage],
]);

/** True for addresses that belong to the pages a person looks at. */
export function isPagePath(path: string): boolean {
  return path === "/" || path === "/favicon.ico" || /^\/(phones|templates|assets)(\/|$)/.test(path);
}

/** Answers the pages, their files and their forms. */
export function answerPageRequest(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Answer | Promise<Answer> {
  if (request.method === "POST") return answerForm(simulation, request, path);
  if (request.method !== "GET" && request.method !== "HEAD") return textAnswer(405, "Use GET.\n");
  const page = pages.get(path);
  if (page !== undefined) {
    const body = page(simulation, `http://${request.headers.host ?? "localhost"}`);
    return { kind: "body", status: 200, contentType: "text/html; charset=utf-8", body, headers: pageHeaders };
  }
  const asset = assets.get(path);
  return asset === undefined
    ? textAnswer(404, "There is no such page.\n")
    : { kind: "body", status: 200, ...asset };
}
