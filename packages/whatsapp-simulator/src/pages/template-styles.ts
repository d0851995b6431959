/** Templates: their cards, chips and decisions. */
export const templateStyles = `.masonry {
  columns: 380px;
  column-gap: 22px;
  max-width: 1720px;
  margin: 0 auto;
}

.template {
  overflow: hidden;
  margin-bottom: 22px;
  border-radius: 22px;
  background: var(--card);
  box-shadow: var(--lift);
  break-inside: avoid;
  scroll-margin: 20px;
}

.template:target {
  outline: 2px solid color-mix(in srgb, var(--accent) 45%, transparent);
  outline-offset: 3px;
}

.template-head {
  padding: 16px 18px 13px;
}

.template-head h2 {
  margin-bottom: 8px;
  font: 600 15px/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  letter-spacing: -0.01em;
  overflow-wrap: anywhere;
}

.template-head p {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}

.chip {
  display: inline-flex;
  gap: 6px;
  align-items: center;
  padding: 2px 10px;
  border-radius: 99px;
  background: var(--well);
  color: var(--soft);
  font-size: 12px;
}

.status-approved {
  background: var(--good-wash);
  color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  font-weight: 600;
}

:is(.status-pending, .status-paused, .status-in_appeal, .status-pending_deletion) {
  background: var(--wait-wash);
  color: var(--wait);
  font-weight: 600;
}

:is(.status-rejected, .status-disabled) {
  background: var(--bad-wash);
  color: var(--bad);
  font-weight: 600;
}

.quality-yellow .dot {
  background: var(--wait);
}

.quality-red .dot {
  background: var(--bad);
}

.note {
  margin: -3px 18px 13px;
  color: var(--soft);
  font-size: 13px;
}

.note.bad {
  color: var(--bad);
}

.note.wait {
  color: var(--wait);
}

.words {
  position: relative;
  padding: 16px;
  background: var(--wall);
  isolation: isolate;
}

.variable {
  padding: 0 6px;
  border-radius: 6px;
  background: color-mix(in srgb, var(--link) 14%, var(--in));
  color: var(--link);
  font: 0.86em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}

.actions {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 13px 16px 16px;
}

.plain {
  display: flex;
  gap: 8px;
  width: 100%;
}

.plain form {
  flex: 1;
}

.choice {
  display: flex;
  flex: 1 1 100%;
  min-width: 0;
  border-radius: 11px;
  background: var(--well);
}

.choice select {
  flex: 1;
  min-width: 0;
  padding: 8px 4px 8px 11px;
  border: 0;
  border-radius: 11px 0 0 11px;
  background: none;
  color: var(--ink);
  font: inherit;
  font-size: 13px;
  text-overflow: ellipsis;
}

.choice option {
  background: var(--card);
}

.choice .action {
  border-radius: 0 11px 11px 0;
  background: none;
}

.action {
  width: 100%;
  padding: 8px 13px;
  border: 0;
  border-radius: 11px;
  background: var(--well);
  color: var(--ink);
  font: inherit;
  font-size: 13.5px;
  font-weight: 550;
  cursor: pointer;
}

.choice .action {
  width: auto;
}

.action:hover {
  background: color-mix(in srgb, var(--ink) 11%, transparent);
}

.action.main {
  background: var(--accent);
  color: var(--card);
}

.action.main:hover {
  background: color-mix(in srgb, var(--accent) 88%, var(--ink));
}
`;
