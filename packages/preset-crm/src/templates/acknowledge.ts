import type { Template } from "@callboard/core";

/** The one button of the preset. The tap reaches the host as an inbound message with this id. */
export const acknowledge = [
  { type: "reply", id: "acknowledge", label: "Acknowledge" },
] as const satisfies Template["buttons"];
