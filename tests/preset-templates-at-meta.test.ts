import { numberedBody } from "@callboard/core/adapter";
import { crmTemplates } from "@callboard/preset-crm";
import { compileTemplate } from "@callboard/transport-whatsapp";
import { expect, test } from "vitest";

test.each(Object.entries(crmTemplates()))(
  "compileTemplate() of the preset's %s finds nothing that Meta would refuse",
  (name, { body, buttons, channels, sample }) => {
    const context = { ...sample, recipient: { name: "Ada" } };
    const { expressions } = numberedBody(name, body)!;
    const variables = expressions.map((expression) => sampleValue(expression, context));
    const { template, findings } = compileTemplate({
      version: { name, body, buttons, channels },
      sample: { text: body, variables, buttons: [], channel: channels.whatsapp },
    });
    expect(findings).toEqual([]);
    expect(template?.expressions).toEqual(expressions);
    const examples = { body_text: [variables] };
    expect(template?.payload.components).toContainEqual(expect.objectContaining({ example: examples }));
  },
);

/** The value of `it.path.to.value`, with or without a literal to stand in. */
function sampleValue(expression: string, context: object): string {
  const path = expression
    .replace(/ \?\? .*$/, "")
    .split(".")
    .slice(1);
  const value = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], context);
  expect(value).toBeDefined();
  return String(value);
}
