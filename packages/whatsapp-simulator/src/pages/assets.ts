import { bubbleStyles } from "./bubble-styles.js";
import { pageScript } from "./page-script.js";
import { pageStyles } from "./page-styles.js";
import { phoneStyles } from "./phone-styles.js";
import { icon, wallpaper } from "./pictures.js";
import { templateStyles } from "./template-styles.js";

interface Asset {
  readonly contentType: string;
  readonly body: string;
}

const styles = pageStyles + phoneStyles + bubbleStyles + templateStyles;

const svg = "image/svg+xml; charset=utf-8";

/** The files that the pages load, by path. Nothing comes from elsewhere, so the page works offline. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/assets/pages.css", { contentType: "text/css; charset=utf-8", body: styles }],
  ["/assets/pages.js", { contentType: "text/javascript; charset=utf-8", body: pageScript }],
  ["/assets/wallpaper.svg", { contentType: svg, body: wallpaper }],
  ["/assets/icon.svg", { contentType: svg, body: icon }],
]);
