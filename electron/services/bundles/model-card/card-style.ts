/** The card's look: one column of text, light and dark, fit for printing. No file beside it is needed. */
export const CARD_STYLE = `
:root{color-scheme:light dark;--text:#1c2430;--dim:#5b6675;--line:#d9dee5;--surface:#f6f8fa;--page:#fff;--accent:#1c6dd0;--warn:#a4510b}
@media (prefers-color-scheme:dark){:root{--text:#e6eaf0;--dim:#9aa6b5;--line:#38424f;--surface:#1d242d;--page:#14191f;--accent:#6aaeff;--warn:#f0a860}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
header{border-bottom:1px solid var(--line);padding-bottom:1.25rem;margin-bottom:1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .35rem}h2{font-size:1.15rem;margin:2.25rem 0 .75rem}h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.4rem 0;max-width:46rem}.dim,small{color:var(--dim)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.75rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
.card b{display:block;font-size:1.55rem;line-height:1.25;font-weight:600}.card span{color:var(--dim);font-size:.85rem;display:block}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:500}td.n,th.n{text-align:right}.scroll{overflow-x:auto}
.charts{display:flex;flex-wrap:wrap;gap:1.25rem}figure{margin:0;flex:0 1 17rem}figure.wide{flex:1 1 100%;max-width:44rem}figcaption{font-weight:500;font-size:.9rem;margin-bottom:.25rem}
svg{width:100%;height:auto;font-size:10px}svg text{fill:var(--dim)}.plot{fill:none;stroke:var(--line)}.reference{stroke:var(--dim);stroke-dasharray:3 3}
.curve{fill:none;stroke:var(--accent);stroke-width:2}.interval{stroke:var(--accent);stroke-width:2;opacity:.55}.dot{fill:var(--accent)}.few{opacity:.45}
pre{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;overflow-x:auto;font-size:.82rem;white-space:pre-wrap;word-break:break-all}
li{margin:.3rem 0}.warn{color:var(--warn)}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}figure,.card{break-inside:avoid}}
`;
