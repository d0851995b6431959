import { subcodes, templateRefusal } from "../template-refusal.js";

/** @throws {GraphError} 2388046 it has other characters or is too long, 2388155 Meta keeps it for itself. */
export function checkTemplateName(name: string): void {
  if (!/^[a-z0-9_]{1,512}$/.test(name)) {
    throw templateRefusal({
      subcode: subcodes.nameFormat,
      title: "Name Format is Incorrect",
      message: "A template name takes 1 to 512 lower-case letters, digits and underscores.",
      blamedFields: ["name"],
    });
  }
  if (/^(hello_world|sample_\w+)$/.test(name)) {
    throw templateRefusal({
      subcode: subcodes.reservedName,
      title: "Template name is reserved",
      message: "The name belongs to one of the sample templates. Choose another one.",
    });
  }
}
