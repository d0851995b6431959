/** Padded, as the formatter of this repository has it. */
export function markdownTable(heads: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const row = (cells: readonly string[], fill = " ") =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [row(heads), row([], "-"), ...lines.map((line) => row(line))];
}
