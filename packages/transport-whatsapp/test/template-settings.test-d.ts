import type { JsonObject } from "@callboard/core/adapter";
import type { WhatsappHeader, WhatsappTemplateSettings } from "@callboard/transport-whatsapp";

const required = { category: "UTILITY", language: "en_US" } as const;

const all: WhatsappTemplateSettings = {
  ...required,
  header: { type: "text", text: "Order <%= it.order %>" },
  footer: "Staff notice",
  name: "order_placed",
  parameterFormat: "named",
  timeToLiveSeconds: 3600,
};
const stored: JsonObject = all;

const headers: readonly WhatsappHeader[] = [
  { type: "image", link: "https://shop.example/<%= it.picture %>", exampleHandle: "4::aW" },
  { type: "video", id: "123" },
  { type: "document", link: "https://shop.example/a.pdf", filename: "order.pdf" },
];

const wrong: readonly WhatsappTemplateSettings[] = [
  {
    ...required,
    // @ts-expect-error numbers or names
    parameterFormat: "numbered",
  },
  {
    ...required,
    // @ts-expect-error in seconds, as a number
    timeToLiveSeconds: "3600",
  },
  {
    ...required,
    // @ts-expect-error no such setting
    fotter: "Staff notice",
  },
  {
    ...required,
    // @ts-expect-error a footer is a string
    footer: 7,
  },
];

const wrongHeaders: readonly WhatsappHeader[] = [
  // @ts-expect-error WhatsApp knows no such header
  { type: "gif", link: "https://shop.example/a.gif" },
  // @ts-expect-error a text header has a text
  { type: "text" },
  {
    type: "text",
    text: "Order",
    // @ts-expect-error a text header has no link
    link: "https://shop.example/a.png",
  },
  // @ts-expect-error a link or an id
  { type: "image" },
  // @ts-expect-error not both
  { type: "image", link: "https://shop.example/a.png", id: "123" },
  // @ts-expect-error only documents have a file name
  { type: "image", id: "123", filename: "a.png" },
];

export { all, headers, stored, wrong, wrongHeaders };
