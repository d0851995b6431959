/** A tile of small line drawings. Used as a mask, so the page chooses the colour. */
export const wallpaper = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240" viewBox="0 0 240 240" fill="none" stroke="#000" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
<path d="M22 28h24a6 6 0 0 1 6 6v12a6 6 0 0 1-6 6H36l-9 8v-8h-5a6 6 0 0 1-6-6V34a6 6 0 0 1 6-6zM24 37h20M24 44h13"/>
<path d="M98 56c0-9 5-16 13-16s13 7 13 16c0 9 4 11 4 14H94c0-3 4-5 4-14zM106 74c1 5 9 5 10 0M111 40v-4"/>
<path d="M180 24l5 11 12 1-9 8 3 12-11-6-10 6 2-12-9-8 12-1z"/>
<path d="M30 104c14-8 28-3 30 14-14 4-28 1-30-14zM30 104c8 6 16 10 30 14"/>
<circle cx="126" cy="122" r="15"/><path d="M126 113v9l6 5"/>
<path d="M184 96h28v14a14 14 0 0 1-28 0zM212 100h4a6 6 0 0 1 0 12h-4M190 84v5M198 82v7M206 84v5"/>
<path d="M24 176l32-12-12 32-6-14zM56 164L38 182"/>
<path d="M98 186l14-8 14 8v16l-14 8-14-8zM98 186l14 8 14-8M112 194v16"/>
<path d="M192 172c4-8 16-8 16 2 0 8-10 14-16 18-6-4-16-10-16-18 0-10 12-10 16-2z"/>
<circle cx="78" cy="84" r="2"/><circle cx="154" cy="86" r="2"/><circle cx="82" cy="148" r="2"/><circle cx="158" cy="152" r="2"/><circle cx="76" cy="20" r="2"/><circle cx="148" cy="18" r="2"/><circle cx="150" cy="222" r="2"/><circle cx="70" cy="222" r="2"/><circle cx="226" cy="146" r="2"/><circle cx="14" cy="80" r="2"/>
</svg>
`;

/** The picture on the browser's tab. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#128c7e"/>
<path d="M8 8h16a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-9l-6 5v-5H8a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3z" fill="#fff"/>
<path d="M10 15.500l3 3 5.500-6M16.500 18l.7.600 5.300-6.100" fill="none" stroke="#128c7e" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;
