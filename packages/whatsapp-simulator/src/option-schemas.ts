import { z } from "zod";
import { phoneDigits } from "./phone-number.js";

/** A time in ms that a timer can wait: at most 24.8 days. */
export const durationMs = z.number().min(0).max(2_147_483_647);

/** A phone number in E.164 form, reduced to its digits. */
export const phone = z.string().transform((text, context) => {
  const digits = phoneDigits(text);
  if (digits !== null) return digits;
  context.addIssue({
    code: "custom",
    message: "must be a phone number in E.164 form, such as +263771234567",
  });
  return z.NEVER;
});
