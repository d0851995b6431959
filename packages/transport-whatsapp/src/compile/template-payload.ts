/** What Meta takes as a new template: the body of `POST /{business-account-id}/message_templates`. */
export type TemplatePayload = {
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly parameter_format: "POSITIONAL" | "NAMED";
  readonly components: readonly TemplateComponent[];
  readonly message_send_ttl_seconds?: number;
};

export type TemplateComponent =
  | HeaderComponent
  | { readonly type: "BODY"; readonly text: string; readonly example?: BodyExample }
  | { readonly type: "FOOTER"; readonly text: string }
  | { readonly type: "BUTTONS"; readonly buttons: readonly ButtonComponent[] };

export type HeaderComponent =
  | {
      readonly type: "HEADER";
      readonly format: "TEXT";
      readonly text: string;
      readonly example?: HeaderExample;
    }
  | {
      readonly type: "HEADER";
      readonly format: "IMAGE" | "VIDEO" | "DOCUMENT";
      readonly example?: { readonly header_handle: readonly string[] };
    };

export type BodyExample =
  | { readonly body_text: readonly (readonly string[])[] }
  | { readonly body_text_named_params: readonly NamedExample[] };

export type HeaderExample =
  | { readonly header_text: readonly string[] }
  | { readonly header_text_named_params: readonly NamedExample[] };

export type NamedExample = { readonly param_name: string; readonly example: string };

export type ButtonComponent =
  | { readonly type: "QUICK_REPLY"; readonly text: string }
  | {
      readonly type: "URL";
      readonly text: string;
      readonly url: string;
      readonly example?: readonly string[];
    };
