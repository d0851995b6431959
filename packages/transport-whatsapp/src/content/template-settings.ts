import type { JsonObject } from "@callboard/core/adapter";

/**
 * What a template says for WhatsApp alone. With it, the message is sent as a template that Meta has approved.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export type WhatsappTemplateSettings = {
  /** What Meta reviews and charges it as. Staff notices are `UTILITY`. */
  readonly category: "UTILITY" | "MARKETING" | "AUTHENTICATION";
  /** Meta's language code, for example `en_US`. `en` and `en_US` are two languages. */
  readonly language: string;
  /** What stands above the text. @default none */
  readonly header?: WhatsappHeader;
  /** A line under the text, without variables. 1–60 characters. @default none */
  readonly footer?: string;
  /** The template's name at Meta: lower case letters, digits and `_`. @default the template's own name */
  readonly name?: string;
  /**
   * Whether Meta knows the variables by number or by a name made of the expression: `it.customerName` is
   * `customer_name`. @default "positional"
   */
  readonly parameterFormat?: "positional" | "named";
  /**
   * How long Meta keeps a message for a phone that cannot be reached, in seconds: 30–900 for `AUTHENTICATION`, 30–43_200
   * for `UTILITY`, 43_200–2_592_000 for `MARKETING`; −1, which `MARKETING` does not know, is 30 days.
   * @default 30 days, and 10 minutes for `AUTHENTICATION`
   */
  readonly timeToLiveSeconds?: number;
};

/** What stands above the text of a template. */
export type WhatsappHeader =
  | WhatsappTextHeader
  | WhatsappMediaHeader<"image">
  | WhatsappMediaHeader<"video">
  | WhatsappMediaHeader<"document">;

/** One line of plain text. */
export type WhatsappTextHeader = {
  readonly type: "text";
  /** 1–60 characters without formatting and emoji. May hold one `<%= … %>`. */
  readonly text: string;
};

/** A picture, film or file: by a link that Meta downloads at each send, or by the id of one uploaded before. */
export type WhatsappMediaHeader<Type extends "image" | "video" | "document"> = {
  readonly type: Type;
  /**
   * The handle of an example for Meta's review, from its upload interface. Only needed where the template is handed in
   * from here. @default none
   */
  readonly exampleHandle?: string;
  /** What the file is called on the phone; documents alone have one. @default none */
  readonly filename?: Type extends "document" ? string : never;
} & (
  | {
      /** An https address that stays open without a password. May hold `<%= … %>`. Meta caches it for ten minutes. */
      readonly link: string;
      readonly id?: never;
    }
  | {
      /** Meta's id of an uploaded file. May hold `<%= … %>`. */
      readonly id: string;
      readonly link?: never;
    }
);

/** The template's name at Meta, before any version is added. */
export function remoteName(settings: JsonObject, template: { readonly name: string }): string {
  return typeof settings.name === "string" ? settings.name : template.name;
}
