// Style of the pages: one card in the middle, light and dark by the reader's own setting.

export const stylePath = '/assets/pages.css'

export const style = `
:root{color-scheme:light dark;--paper:#f4f6f5;--card:#fff;--ink:#17211d;--soft:#5a6862;--line:#dde3e0;
--accent:#0b6e4f;--onaccent:#fff;--tint:#eef4f1;--warn:#8a4b00;--warntint:#fff5e6;--bad:#a4231a;--badtint:#fdecea}
@media (prefers-color-scheme:dark){:root{--paper:#101513;--card:#181f1c;--ink:#e7ece9;--soft:#9daaa4;--line:#2b3530;
--accent:#4fd1a1;--onaccent:#06231a;--tint:#1e2824;--warn:#f0b35a;--warntint:#2a2113;--bad:#ff9c93;--badtint:#321a18}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;grid-template-rows:1fr auto;justify-items:center;align-items:center;
padding:2rem 1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{width:100%;max-width:27rem;background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:2rem;box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px rgb(0 0 0/.06)}
main.wide{max-width:44rem}
.brand{display:flex;align-items:center;gap:.5rem;margin:0 0 1.5rem;font-weight:650;color:var(--soft)}
.brand::before{content:"";width:1.1rem;height:1.1rem;border-radius:3px;
background:linear-gradient(var(--accent) 0 28%,transparent 28% 40%,var(--accent) 40% 68%,transparent 68% 80%,var(--accent) 80%)}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .5rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.75rem 0 .5rem}p{margin:.5rem 0}.soft{color:var(--soft)}small{color:var(--soft)}
label{display:block;font-weight:550;margin:1rem 0 .3rem}
input[type=email],input[type=password],input[type=text],select{width:100%;font:inherit;color:inherit;background:var(--card);
border:1px solid var(--line);border-radius:8px;padding:.6rem .75rem}
fieldset{border:1px solid var(--line);border-radius:8px;margin:1rem 0;padding:.5rem .9rem .8rem}legend{font-weight:550;padding:0 .3rem}
.choice{display:flex;gap:.55rem;align-items:baseline;font-weight:400;margin:.35rem 0}.choice input{accent-color:var(--accent)}
.buttons{display:flex;gap:.6rem;margin-top:1.5rem}
button,.button{font:inherit;font-weight:600;border-radius:8px;padding:.6rem 1rem;border:1px solid var(--line);
background:transparent;color:var(--ink);cursor:pointer;text-decoration:none}
.buttons button,.buttons .button{flex:1;text-align:center}
button.main{background:var(--accent);border-color:var(--accent);color:var(--onaccent)}
button:hover{filter:brightness(1.06)}button.small{padding:.25rem .65rem;font-size:.875rem;font-weight:500}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.note{border-radius:8px;padding:.7rem .9rem;margin:1rem 0;background:var(--tint)}
.note.warn{background:var(--warntint);color:var(--warn)}.note.bad{background:var(--badtint);color:var(--bad)}
ul.plain{list-style:none;margin:.75rem 0;padding:0}ul.plain li{padding:.45rem 0;border-top:1px solid var(--line)}
ul.plain li:first-child{border-top:0}.row{display:flex;gap:1rem;align-items:center;justify-content:space-between}
.row>div{min-width:0;overflow-wrap:anywhere}.row form{margin:0}.row>small{white-space:nowrap}
.code{font:600 2rem/1.2 ui-monospace,monospace;letter-spacing:.14em;text-align:center;padding:1rem;margin:1.25rem 0;
background:var(--tint);border-radius:10px;user-select:all}
iframe{width:100%;height:34rem;border:1px solid var(--line);border-radius:10px;background:#fff;color-scheme:light}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--tint);border-radius:8px;padding:.8rem .9rem;font:.85em/1.5 ui-monospace,monospace}
code{font:.9em ui-monospace,monospace}a{color:var(--accent)}footer{color:var(--soft);font-size:.85rem;margin-top:1.5rem}
footer form{display:inline}footer button{all:unset;cursor:pointer;color:var(--accent);text-decoration:underline}
footer button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`
