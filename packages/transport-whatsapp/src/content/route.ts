import type { JsonObject } from "@callboard/core/adapter";
import { asList } from "../narrow.js";

/** In which form a message goes to Meta, decided right before it is sent. */
export type WhatsappRoute =
  /** As free text, which Meta delivers only within 24 hours of the person's last message. */
  | { readonly form: "text" }
  | {
      readonly form: "template";
      /** The approved template's name at Meta. */
      readonly name: string;
      readonly language: string;
      /**
       * - `own`: the values of this message's own variables, header and buttons.
       * - `whole-text`: the rendered text, on one line and cut to fit, as the only variable of a fallback template. Header,
       *   footer and buttons of the message are left out.
       */
      readonly values: "own" | "whole-text";
      /** Names of the body's variables, in order, for a template with named ones. @default they have numbers */
      readonly parameterNames?: readonly string[];
    };

export type TemplateRoute = Extract<WhatsappRoute, { form: "template" }>;

/** The route as it was decided; `null` when it cannot be understood. */
export function readRoute(route: JsonObject): WhatsappRoute | null {
  const { form, name, language, values, parameterNames } = route;
  if (form === "text") return { form };
  if (form !== "template" || typeof name !== "string" || typeof language !== "string") return null;
  if (values !== "own" && values !== "whole-text") return null;
  if (parameterNames === undefined) return { form, name, language, values };
  const names = asList(parameterNames).filter((item) => typeof item === "string");
  return { form, name, language, values, parameterNames: names };
}
