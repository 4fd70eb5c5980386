/** The report's style: system fonts, both colour schemes, phone to wide, and paper. Colours meet WCAG AA on their ground. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#ffffff;--raised:#f6f8fa;--line:#d0d7de;--text:#1f2328;--soft:#57606a;--link:#0550ae;
--good:#116329;--bad:#a40e26;--warn:#7d4e00;--neutral:#0550ae;--good-ground:#dafbe1;--bad-ground:#ffebe9;--warn-ground:#fff8c5;--neutral-ground:#ddf4ff;
--mine:#a8480a;--other:#0b5cad;--band:#eef1f4;--grid:#e3e7eb}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--raised:#161b22;--line:#30363d;--text:#e6edf3;--soft:#9aa4af;--link:#6cb6ff;
--good:#56d364;--bad:#ff8b84;--warn:#e3b341;--neutral:#6cb6ff;--good-ground:#0f2a17;--bad-ground:#2d1214;--warn-ground:#272115;--neutral-ground:#0c2136;
--mine:#f6a45c;--other:#6cb6ff;--band:#161b22;--grid:#262c34}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:1080px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:clamp(1.35rem,1rem + 1.6vw,2rem);line-height:1.25;margin:.4rem 0 .9rem;text-wrap:balance}
h2{font-size:1.25rem;margin:2.4rem 0 .8rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.6rem 0 .5rem}
p{margin:.6rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible,.plot:focus-visible,pre:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;background:var(--raised);padding:.1em .35em;border-radius:4px}
pre{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow:auto;white-space:pre}
pre .add{color:var(--good)}pre .remove{color:var(--bad)}
.pill{display:inline-block;font-weight:600;font-size:.85rem;padding:.15rem .7rem;border-radius:2em;border:1px solid currentColor}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.neutral{color:var(--neutral)}
.mark{font-weight:600;white-space:nowrap}
.why{border-left:5px solid currentColor;border-radius:6px;padding:.5rem 1rem;margin:1rem 0}
.why>*{color:var(--text)}
.why.good{background:var(--good-ground)}.why.bad{background:var(--bad-ground)}.why.warn{background:var(--warn-ground)}.why.neutral{background:var(--neutral-ground)}
.facts{color:var(--soft);margin:.2rem 0 1rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:1.2rem 0;padding:0}
.cards div{background:var(--raised);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.cards dt{font-size:.8rem;color:var(--soft)}
.cards dd{margin:0;font-size:1.35rem;font-weight:650;line-height:1.3;font-variant-numeric:tabular-nums}
.cards dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.scroll{overflow-x:auto;margin:.8rem 0;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:.93rem;font-variant-numeric:tabular-nums}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.5rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:normal}
td:last-child:not(.number){min-width:14rem}td:nth-child(5):not(.number){min-width:8rem}tbody th{min-width:7rem;overflow-wrap:anywhere}
tbody tr:last-child>*{border-bottom:0}
thead th{background:var(--raised);font-size:.82rem;white-space:nowrap;color:var(--soft)}
tbody th{font-weight:600}
.number{text-align:right;white-space:nowrap}
td small,th small{display:block;color:var(--soft);font-weight:400}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:18px 22px;margin:1.4rem 0}
figure{margin:0;border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
figcaption{font-weight:600;margin-bottom:.3rem}
figcaption small{display:block;font-weight:400;color:var(--soft)}
.plot{overflow-x:auto}
.plot svg{display:block;width:100%;min-width:460px;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin:.3rem 0 0;font-size:.85rem;color:var(--soft)}
.legend svg{width:30px;height:10px;margin-right:6px;vertical-align:middle}
details{margin:.8rem 0;border:1px solid var(--line);border-radius:8px;padding:0 14px}
summary{cursor:pointer;padding:.6rem 0;font-weight:600}
footer{color:var(--soft);font-size:.85rem;padding-top:2rem;padding-bottom:3rem}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--ground);padding:6px 10px;z-index:1}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;fill:var(--soft)}
svg .axis{stroke:var(--soft);fill:none}svg .grid{stroke:var(--grid);fill:none}svg .band{fill:var(--band)}
svg .mine{stroke:var(--mine);fill:none;stroke-width:2.2}svg .other{stroke:var(--other);fill:none;stroke-width:2.2;stroke-dasharray:6 4}
svg .mine-area{fill:var(--mine);opacity:.16}svg .other-area{fill:var(--other);opacity:.14}
svg .mine-dot{fill:var(--mine)}svg .other-dot{fill:var(--ground);stroke:var(--other);stroke-width:2}
svg .limit{stroke:var(--bad);stroke-width:1.6;stroke-dasharray:2 4;fill:none}svg .limit-text{fill:var(--bad);font-weight:600;paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}
svg .bound{stroke:var(--text);stroke-width:2}
@media (max-width:900px){table{width:max-content;min-width:100%}td{max-width:22rem}}
@media (max-width:640px){header,main,footer{padding-left:14px;padding-right:14px}th,td{padding:.45rem .6rem}.cards{grid-template-columns:1fr 1fr}}
@media print{:root{color-scheme:light;--ground:#fff;--raised:#fff;--line:#999;--text:#000;--soft:#333;--link:#000;--band:#f2f2f2;--grid:#ddd;--good:#116329;--bad:#a40e26;--warn:#7d4e00;--neutral:#0550ae;--mine:#a8480a;--other:#0b5cad}
body{font-size:11pt}.scroll,.plot,pre{overflow:visible}pre{white-space:pre-wrap}table{width:100%;font-size:.85em}.scroll th,.scroll td{white-space:normal;overflow-wrap:anywhere;min-width:0!important;max-width:none;padding:.3rem .4rem}.plot svg{min-width:0}figure,tr,.why,.cards div{break-inside:avoid}h2,h3,figcaption{break-after:avoid}
details>*{display:block}details::details-content{content-visibility:visible;display:block;height:auto}a::after{content:" (" attr(href) ")";font-size:.8em;color:#333}.skip{display:none}}
`;
