/** The style of the page: light and dark by the reader's system, one column on a phone, and everything open in print. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#fff;--soft:#f6f7f9;--line:#dfe3e8;--text:#1b1f24;--dim:#5b6570;--link:#0b57d0;
--critical:#a4133c;--high:#c2410c;--medium:#92600a;--low:#1d5fa8;--info:#556070;--mark:#ffe3ea;--markline:#fff5f7}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--soft:#1c2127;--line:#313842;--text:#e4e8ec;--dim:#9aa5b1;--link:#8ab4f8;
--critical:#ff7a98;--high:#ff9b63;--medium:#e8b84a;--low:#7db5f5;--info:#a8b3bf;--mark:#5c2233;--markline:#2a1b21}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:2.75rem 0 .75rem}
h3{font-size:1.05rem;line-height:1.4;margin:0 0 .4rem}
p{margin:.4rem 0}
a{color:var(--link)}
code,pre,.place{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.85rem}
.dim{color:var(--dim)}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;list-style:none;margin:1.5rem 0;padding:0}
.tiles li{flex:1 1 7rem;border:1px solid var(--line);border-top:4px solid var(--tone,var(--line));border-radius:.5rem;padding:.6rem .9rem;background:var(--soft)}
.tiles b{display:block;font-size:1.7rem;line-height:1.2;font-weight:650;color:var(--tone,var(--text))}
.tiles a{color:inherit;text-decoration:none}
.critical{--tone:var(--critical)}.high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}.info{--tone:var(--info)}
.zero{--tone:var(--line)}.tiles .zero b,.tiles .zero{color:var(--dim);font-weight:400}
.tiles a:hover b{text-decoration:underline}
summary:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible,.frame:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:0 2.5rem}
.tables table{align-self:start}
details{margin:0 0 1rem}summary{cursor:pointer;color:var(--dim)}thead th{white-space:nowrap}
th{font-weight:600;color:var(--dim)}.count{width:5.5rem;text-align:right;padding-right:1rem;font-variant-numeric:tabular-nums}
.link{text-decoration:none;color:var(--dim);padding:0 .25rem}.link:hover,.link:focus-visible{color:var(--link)}
article:target{outline:2px solid var(--link);outline-offset:2px}
.path .line{display:block;color:var(--dim);white-space:pre-wrap;margin:.05rem 0 .3rem}
.filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.75rem 0;background:var(--bg);border-bottom:1px solid var(--line)}
.filter[hidden],[hidden]{display:none}
.filter select{font:inherit;max-width:14rem;padding:.4rem;border:1px solid var(--line);border-radius:.4rem;background:var(--soft);color:inherit}
.boxes{display:flex;flex-wrap:wrap;gap:.25rem 1rem}
.filter input[type=search]{flex:1 1 14rem;min-width:0;font:inherit;padding:.4rem .7rem;border:1px solid var(--line);border-radius:.4rem;background:var(--soft);color:inherit}
.filter label{display:inline-flex;gap:.35rem;align-items:center;cursor:pointer;white-space:nowrap}
article{border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:.5rem;padding:1rem 1.1rem;margin:0 0 1rem;scroll-margin-top:5rem;break-inside:avoid-page}
.tag{display:inline-block;font-size:.75rem;font-weight:650;letter-spacing:.02em;color:var(--tone);border:1px solid currentColor;border-radius:1rem;padding:0 .55rem;margin-right:.4rem;text-transform:capitalize;vertical-align:.1em}
.facts{display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:.1rem 0 .6rem;color:var(--dim);font-size:.9rem}
.place{color:var(--text);font-weight:600}
.frame{margin:.7rem 0;padding:.6rem 0;border:1px solid var(--line);border-radius:.4rem;background:var(--soft);overflow-x:auto;line-height:1.6;tab-size:4}
.frame span{display:block;min-width:max-content;padding-right:1rem;white-space:pre}
.frame i{display:inline-block;width:4.2rem;padding-right:1rem;text-align:right;font-style:normal;color:var(--dim);user-select:none}
.frame .hit{background:var(--markline);box-shadow:inset 3px 0 var(--tone)}
.frame mark{background:var(--mark);color:inherit;border-bottom:2px solid var(--tone);border-radius:2px}
ol{margin:.4rem 0;padding-left:1.4rem}
ol li::marker{color:var(--dim)}
dl{margin:.6rem 0 0;display:grid;grid-template-columns:3.2rem 1fr;gap:.25rem .75rem}
dt{color:var(--dim)}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--dim);font-size:.9rem}
ul.plain{padding-left:1.2rem}
@media (max-width:40rem){.tiles .zero{display:none}main{padding:1.5rem .9rem 3rem}.frame i{width:3rem;padding-right:.6rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}.tiles li{flex-basis:5.5rem;padding:.45rem .7rem}.filter{position:static}}
@media print{:root{color-scheme:light;--bg:#fff;--soft:#f6f7f9;--line:#bbb;--text:#000;--dim:#444;--link:#0b57d0;--critical:#a4133c;--high:#a83a0a;--medium:#7a5008;--low:#1d5fa8;--info:#444;--mark:#ffe3ea;--markline:#fff5f7}.filter,.link{display:none}h2{break-after:avoid}article{break-inside:auto}h3,.facts{break-after:avoid}main{max-width:none;padding:0}body{font-size:10.5pt}.frame{overflow:visible}.frame span{min-width:0;white-space:pre-wrap}article{border-color:#bbb;border-left-color:var(--tone)}dl{display:block}dd{margin:0 0 .3rem}details:not([open]){display:none}}
`.trim()

/** Shows the filter, which needs this script, and hides the findings that it leaves out. */
export const pageScript = `
const filter=document.querySelector('.filter')
if(filter){
filter.hidden=false
const text=filter.querySelector('input[type=search]')
const boxes=[...filter.querySelectorAll('input[type=checkbox]')]
const choices=[...filter.querySelectorAll('select')]
const shown=filter.querySelector('output')
const findings=[...document.querySelectorAll('[data-severity]')]
const texts=findings.map(each=>each.textContent.toLowerCase())
const groups=[...document.querySelectorAll('section.group')]
const apply=()=>{
const words=text.value.toLowerCase().split(/\\s+/).filter(Boolean)
const on=new Set(boxes.filter(box=>box.checked).map(box=>box.value))
let count=0
findings.forEach((each,index)=>{
const isShown=on.has(each.dataset.severity)&&choices.every(one=>one.value===''||each.dataset[one.name]===one.value)&&words.every(word=>texts[index].includes(word))
each.hidden=!isShown
if(isShown)count++
})
groups.forEach(group=>{group.hidden=!group.querySelector('[data-severity]:not([hidden])')})
shown.value=count+' of '+findings.length+' shown'
}
filter.addEventListener('input',apply)
apply()
const showTarget=()=>{
const target=document.getElementById(location.hash.slice(1))
if(!target?.hidden)return
text.value=''
boxes.forEach(box=>{box.checked=true})
choices.forEach(one=>{one.value=''})
apply()
target.scrollIntoView()
}
addEventListener('hashchange',showTarget)
}
`.trim()
