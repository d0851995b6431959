import { rejectionReasons, type StoredTemplate } from "../templates/stored-template.js";
import { type Html, html } from "./html.js";
import { sentence } from "./template-labels.js";

const categories = ["UTILITY", "MARKETING", "AUTHENTICATION"] as const;

/** What Meta could decide next. */
export function templateActions(template: StoredTemplate): Html {
  const { status, id } = template;
  const approve = action(id, { kind: "approve", label: "Approve", isMain: true });
  const pause = action(id, { kind: "pause", label: "Pause" });
  const resume = action(id, { kind: "unpause", label: "Resume", isMain: true });
  const disable = action(id, { kind: "disable", label: "Disable" });
  switch (status) {
    case "APPROVED":
      return actions([pause, disable], [recategorise(template), reject(id)]);
    case "PAUSED":
      return actions([resume, disable], [recategorise(template)]);
    case "PENDING":
    case "IN_APPEAL":
      return actions([approve], [reject(id), recategorise(template)]);
    default:
      return actions([approve], []);
  }
}

function actions(plain: readonly Html[], withChoice: readonly Html[]): Html {
  return html`<div class="actions"><div class="plain">${plain}</div>${withChoice}</div>`;
}

function action(
  id: string,
  { kind, label, isMain = false }: { kind: string; label: string; isMain?: boolean },
): Html {
  return html`<form method="post" action="/templates/${id}/decisions"><input type="hidden" name="kind" value="${kind}"><button class="action ${isMain ? "main" : null}">${label}</button></form>`;
}

function reject(id: string): Html {
  return choice(id, {
    kind: "reject",
    field: "reason",
    label: "Reason for rejection",
    values: rejectionReasons,
    button: "Reject",
  });
}

function recategorise({ id, category }: StoredTemplate): Html {
  return choice(id, {
    kind: "recategorise",
    field: "category",
    label: "New category",
    values: categories.filter((other) => other !== category),
    button: "Recategorise",
  });
}

interface Choice {
  readonly kind: string;
  readonly field: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly button: string;
}

function choice(id: string, { kind, field, label, values, button }: Choice): Html {
  return html`<form class="choice" method="post" action="/templates/${id}/decisions"><input type="hidden" name="kind" value="${kind}">
<select name="${field}" aria-label="${label}">${values.map((value) => html`<option value="${value}">${sentence(value)}</option>`)}</select>
<button class="action">${button}</button></form>`;
}
