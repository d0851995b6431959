import { z } from "zod";
import { characters } from "./characters.js";
import { interactiveSchema } from "./interactive-schema.js";
import { templateSchema } from "./template-schema.js";

const text = z.looseObject({ body: characters(1, 4096), preview_url: z.boolean().optional() });

const media = z
  .looseObject({
    id: z.string().min(1).optional(),
    link: z.string().min(1).optional(),
    caption: characters(0, 1024).optional(),
    filename: z.string().optional(),
  })
  .refine(({ id, link }) => id !== undefined || link !== undefined, "must have an id or a link");

const location = z.looseObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: z.string().optional(),
  address: z.string().optional(),
});

const contact = z.looseObject({ name: z.looseObject({ formatted_name: z.string().min(1) }) });

/** The schema of the object that a message carries under its own type's name. */
export const contentSchemas = {
  text,
  template: templateSchema,
  interactive: interactiveSchema,
  image: media,
  video: media,
  audio: media,
  document: media,
  sticker: media,
  location,
  contacts: z.array(contact).min(1),
  reaction: z.looseObject({ message_id: z.string().min(1), emoji: z.string() }),
};

type Schemas = typeof contentSchemas;

/** A message's type with the content that belongs to it. */
export type MessageContent = {
  [Type in keyof Schemas]: { readonly type: Type; readonly content: z.output<Schemas[Type]> };
}[keyof Schemas];
