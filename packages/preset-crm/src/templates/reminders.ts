import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { acknowledge } from "./acknowledge.js";
import { staffNotice } from "./notices.js";

/** A colleague's 24-hour customer service window is about to close. Any reply, the button too, opens it again. */
export const admin24hWindowReminder = defineTemplate({
  context: z.object({}),
  sample: {},
  body: [
    "*Message window closing*",
    "",
    'Staff member: <%= it.recipient.name ?? "colleague" %>',
    "",
    "It is almost 24 hours since you last wrote to this number. Tap the button below or send any message to keep the window open.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});
