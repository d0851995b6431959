/** Colours, the page's frame and the empty state. */
export const pageStyles = `:root {
  color-scheme: light dark;
  --page: #eef1ef;
  --ink: #17211f;
  --soft: #66736f;
  --line: #0000000f;
  --card: #ffffff;
  --wall: #efe8df;
  --doodle: #7a6a5320;
  --in: #ffffff;
  --out: #d9fdd3;
  --accent: #0b8a6f;
  --link: #0a7cbd;
  --tick: #8a9794;
  --blue: #38a9e4;
  --bad: #c8333f;
  --bad-wash: #fdecec;
  --wait: #8a5a00;
  --wait-wash: #fdf3da;
  --good-wash: #dcf5ec;
  --well: #0000000d;
  --raised: #ffffff;
  --chip: #ffffffd9;
  --shade: 0 1px 1px #0000001a;
  --lift: 0 0 0 1px #0000000d, 0 2px 4px #1b2b2710, 0 18px 40px -18px #1b2b2733;
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #0c1214;
    --ink: #e7ecea;
    --soft: #93a19d;
    --line: #ffffff12;
    --card: #172024;
    --wall: #0b1417;
    --doodle: #9fb8b012;
    --in: #1f2b30;
    --out: #064e41;
    --accent: #2cc8a4;
    --link: #5cb8f0;
    --tick: #8fa09b;
    --blue: #53bdeb;
    --bad: #ff7d86;
    --bad-wash: #3a1d21;
    --wait: #f0c069;
    --wait-wash: #362b14;
    --good-wash: #10362d;
    --well: #ffffff0f;
    --raised: #2b383e;
    --chip: #1a262bdb;
    --shade: 0 1px 1px #00000040;
    --lift: 0 0 0 1px #ffffff12, 0 18px 40px -18px #000000b3;
  }
}

* {
  box-sizing: border-box;
}

body {
  margin: 0;
  min-height: 100vh;
  padding: 28px clamp(16px, 3vw, 44px) 56px;
  background: var(--page);
  color: var(--ink);
  font: 15px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  -webkit-font-smoothing: antialiased;
}

h1,
h2,
p {
  margin: 0;
}

.tabs {
  display: flex;
  gap: 4px;
  width: max-content;
  max-width: 100%;
  margin-bottom: 22px;
  padding: 4px;
  border-radius: 99px;
  background: var(--well);
}

.tabs a {
  padding: 6px 18px;
  border-radius: 99px;
  color: var(--soft);
  font-size: 14px;
  font-weight: 550;
  text-decoration: none;
}

.tabs a:hover {
  color: var(--ink);
}

.tabs a[aria-current] {
  background: var(--raised);
  box-shadow: var(--shade);
  color: var(--ink);
}

.problem {
  max-width: 1720px;
  margin: 0 auto 20px;
  padding: 9px 15px;
  border-radius: 12px;
  background: var(--bad-wash);
  color: var(--bad);
  white-space: pre-line;
}

.problem:empty {
  display: none;
}

.top {
  display: flex;
  flex-wrap: wrap;
  gap: 14px 32px;
  align-items: end;
  justify-content: space-between;
  max-width: 1720px;
  margin: 0 auto 26px;
}

.top h1 {
  font-size: 27px;
  font-weight: 650;
  letter-spacing: -0.02em;
}

.top p {
  color: var(--soft);
}

.facts {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.fact {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  padding: 5px 12px;
  border-radius: 99px;
  background: var(--card);
  box-shadow: 0 0 0 1px var(--line);
  color: var(--soft);
  font-size: 13px;
}

.fact b {
  color: var(--ink);
  font-weight: 600;
}

.fact.wait,
.fact.wait b {
  background: var(--wait-wash);
  color: var(--wait);
}

.fact.bad,
.fact.bad b {
  background: var(--bad-wash);
  color: var(--bad);
}

.dot {
  width: 7px;
  height: 7px;
  border-radius: 50%;
  background: var(--accent);
}

.grid {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 332px), 1fr));
  gap: 26px;
  max-width: 1720px;
  margin: 0 auto;
}

.empty {
  display: grid;
  place-items: center;
  min-height: 60vh;
}

.welcome {
  display: grid;
  justify-items: center;
  gap: 10px;
  max-width: 100%;
  text-align: center;
}

.welcome svg {
  width: 88px;
  margin-bottom: 6px;
  fill: none;
  stroke: var(--accent);
  stroke-width: 1.6;
  stroke-linejoin: round;
  stroke-linecap: round;
}

.welcome h2 {
  font-size: 20px;
  font-weight: 620;
}

.welcome p {
  color: var(--soft);
}

.welcome code {
  margin-top: 8px;
  padding: 10px 16px;
  border-radius: 12px;
  background: var(--card);
  box-shadow: 0 0 0 1px var(--line);
  font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  overflow-wrap: anywhere;
}

/* The wallpaper behind messages, on a phone and on a template's card. */
:is(.screen, .words)::before {
  position: absolute;
  z-index: -1;
  inset: 0;
  background: var(--doodle);
  content: "";
  mask: url("/assets/wallpaper.svg") 0 0 / 240px;
}
`;
