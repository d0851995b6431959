import { defineTemplate } from "@callboard/core";
import { z } from "zod";

/** The work that both sides of a comparison do: one order, told to everybody by name. */
export const channel = "chat";
export const templateName = "new_order";

/** Names the reader, so that each text is rendered by itself: the dearer of the two cases. */
export const body = [
  "*New order*",
  "Hello <%= it.recipient.name %>,",
  "order *<%= it.orderNumber %>* from <%= it.customerName %>, total <%= it.orderAmount %>, awaits your review.",
].join("\n");

export const buttons = [{ type: "reply", id: "acknowledge", label: "Acknowledge" }] as const;

export const context = {
  customerName: "Tariro Moyo",
  orderNumber: "SO-1042",
  orderAmount: "USD 310.00",
};

export const templates = {
  [templateName]: defineTemplate({
    context: z.object({ customerName: z.string(), orderNumber: z.string(), orderAmount: z.string() }),
    sample: context,
    body,
    buttons,
  }),
};

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly address: string;
}

/** So many people, in the order of their ids. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(7, "0");
    return { userId: `user-${number}`, name: `Person ${number}`, address: `+26377${number}` };
  });
}

/** The group of the first `size` people. */
export function groupOf(size: number): string {
  return `The first ${size}`;
}
