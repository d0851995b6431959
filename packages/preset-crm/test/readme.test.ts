import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { crmGroups, crmRules, crmTemplates } from "../src/index.js";

// The formatter pads the cells of tables.
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8").replace(/ +/g, " ");

test("the README has each group with its description", () => {
  for (const { name, description } of crmGroups) expect(readme).toContain(`| ${name} | ${description} |`);
});

test("the README has each rule", () => {
  for (const [event, { template, groupNames }] of Object.entries(crmRules)) {
    expect(readme).toContain(`| \`${event}\` | \`${template}\` | ${groupNames.join(", ")} |`);
  }
});

test("the README has each template with its variables, and marks those with a button", () => {
  for (const [name, { body, buttons }] of Object.entries(crmTemplates())) {
    const [row = ""] = readme.match(new RegExp(`^\\| \`${name}\` ?\\*? \\|.*$`, "m")) ?? [];
    for (const [, path] of body.matchAll(/<%= it\.([\w.]+)/g)) expect(row).toContain(`\`${path}\``);
    expect(row.includes("` * |")).toBe(buttons.length > 0);
  }
});
