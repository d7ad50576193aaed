// Style of the reference page: light and dark by the reader's own setting.

export const referenceStyle = `
:root{--paper:#fff;--ink:#1b1f24;--soft:#5b6470;--line:#e3e6ea;--tint:#f5f6f8;--accent:#0b6e4f;
--get:#0b6e4f;--post:#1d4ed8;--patch:#a15c00;--put:#7c3aed;--delete:#b42318}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e8eb;--soft:#9aa4b0;--line:#2a2f36;--tint:#1b1f25;
--accent:#4fd1a1;--get:#4fd1a1;--post:#8ab4ff;--patch:#f0b35a;--put:#c4a7ff;--delete:#ff8f85}}
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);display:grid;
grid-template-columns:19rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.5rem 1.25rem;border-right:1px solid var(--line);
font-size:.85rem;background:var(--tint)}
nav h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .4rem}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:block;padding:.2rem 0;color:var(--ink);
text-decoration:none;overflow-wrap:anywhere}nav li a:hover{color:var(--accent)}
.home{font-size:1.1rem;font-weight:650;color:var(--ink);text-decoration:none}
main{padding:2.5rem clamp(1.25rem,4vw,4rem);max-width:62rem}h1{font-size:2rem;line-height:1.2;margin:0 0 .75rem}
section>h2{margin:3rem 0 0;font-size:1.35rem}article{border-top:1px solid var(--line);padding:1.4rem 0;margin-top:1rem}
article h3{margin:0 0 .4rem;font-size:1rem;font-weight:500;overflow-wrap:anywhere}p{margin:.4rem 0}
a{color:var(--accent)}code,pre{font:.86em/1.5 ui-monospace,monospace}
.method{display:inline-block;min-width:3.6em;font:600 .74em ui-monospace,monospace;letter-spacing:.03em}
.get{color:var(--get)}.post{color:var(--post)}.patch{color:var(--patch)}.put{color:var(--put)}.delete{color:var(--delete)}
.needs{color:var(--soft);font-size:.9rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;
font-size:.9rem;margin:.6rem 0}th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--soft);font-weight:500}td code{overflow-wrap:anywhere}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--accent)}
pre{background:var(--tint);border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;overflow:auto;max-height:30rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:48rem){body{grid-template-columns:minmax(0,1fr)}nav{position:static;height:auto;max-height:14rem;
border-right:0;border-bottom:1px solid var(--line)}}`
