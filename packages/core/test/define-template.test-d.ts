import { defineTemplate } from "@callboard/core";
import { z } from "zod";

const context = z.object({ customerName: z.string(), total: z.number() });

const template = defineTemplate({
  context,
  sample: { customerName: "Tariro", total: 3 },
  body: "Order from <%= it.customerName %>",
  whatsapp: { category: "UTILITY", language: "en_US" },
});
const category: "UTILITY" = template.channels.whatsapp.category;

defineTemplate({
  context,
  // @ts-expect-error `total` is a number
  sample: { customerName: "Tariro", total: "3" },
  body: "",
});
// @ts-expect-error a body is required
defineTemplate({ context, sample: { customerName: "Tariro", total: 3 } });

export { category };

const plain = defineTemplate({
  context,
  sample: { customerName: "Tariro", total: 3 },
  body: "",
  buttons: [],
});
/** Nothing of a definition's own keys is taken for a channel. */
const noChannel: keyof typeof plain.channels extends never ? true : false = true;

export { noChannel };
