import type { RenderedButton, RenderedContent } from "@callboard/core/adapter";
import { asFields } from "../narrow.js";
import { cut } from "./cut.js";
import { flatten } from "./flatten.js";
import { mediaParameter } from "./media-parameter.js";
import { headerParameterName } from "./parameter-names.js";
import type { TemplateRoute } from "./route.js";
import { lengths } from "./rules/limits.js";

// The fallback template's own words count as well, and are not known here.
const fallbackWords = 124;

/** The approved template with this content's values; `null` when they do not fit it. */
export function templateMessage(content: RenderedContent, route: TemplateRoute): object | null {
  const components = route.values === "own" ? ownValues(content, route) : wholeText(content, route);
  if (components === null) return null;
  return {
    type: "template",
    template: {
      name: route.name,
      language: { code: route.language },
      // Meta counts components against the approved template: what has no variable must not be listed.
      ...(components.length > 0 && { components }),
    },
  };
}

function wholeText({ text }: RenderedContent, { parameterNames }: TemplateRoute): object[] | null {
  return body([cut(flatten(text), lengths.body - fallbackWords)], parameterNames);
}

function ownValues(content: RenderedContent, { parameterNames }: TemplateRoute): object[] | null {
  const { variables, buttons } = content;
  const listed = variables && body(variables, parameterNames);
  if (listed === null) return null;
  const headed = header(content, parameterNames === undefined ? undefined : headerParameterName);
  return [...headed, ...listed, ...buttons.flatMap(buttonComponent)];
}

function header({ channel, settingValues }: RenderedContent, name: string | undefined): object[] {
  const settings = asFields(channel?.header);
  if (settings === null) return [];
  if (settings.type !== "text") return [{ type: "header", parameters: [mediaParameter(settings)] }];
  const values = settingValues?.["header.text"] ?? [];
  if (values.length === 0) return [];
  return [{ type: "header", parameters: values.map((value) => textParameter(value, name)) }];
}

function body(values: readonly string[], names: readonly string[] | undefined): object[] | null {
  if (names !== undefined && names.length !== values.length) return null;
  if (values.length === 0) return [];
  return [{ type: "body", parameters: values.map((value, index) => textParameter(value, names?.[index])) }];
}

function textParameter(value: string, name: string | undefined): object {
  return { type: "text", ...(name !== undefined && { parameter_name: name }), text: flatten(value) };
}

function buttonComponent(button: RenderedButton, position: number): object[] {
  const index = String(position);
  if (button.type === "reply") {
    const parameters = [{ type: "payload", payload: button.id }];
    return [{ type: "button", sub_type: "quick_reply", index, parameters }];
  }
  if (button.suffix === null) return [];
  const parameters = [{ type: "text", text: flatten(button.suffix).replaceAll(" ", "%20") }];
  return [{ type: "button", sub_type: "url", index, parameters }];
}
