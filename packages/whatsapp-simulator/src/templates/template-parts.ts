import type { StoredButton, StoredComponent } from "./stored-template.js";

/** The components of a template by their role. A part that it does not have is null, or empty. */
export interface TemplateParts {
  readonly header: StoredComponent | null;
  readonly body: StoredComponent | null;
  readonly footer: StoredComponent | null;
  readonly buttons: readonly StoredButton[];
}

export function partsOf(components: readonly StoredComponent[]): TemplateParts {
  const part = (type: string) => components.find((component) => component.type === type) ?? null;
  return {
    header: part("HEADER"),
    body: part("BODY"),
    footer: part("FOOTER"),
    buttons: part("BUTTONS")?.buttons ?? [],
  };
}

/** What `sub_type` a send must give for a button. A one-time code goes out as a link. */
export function subTypeOf({ type }: StoredButton): string {
  return type === "OTP" ? "url" : type.toLowerCase();
}
