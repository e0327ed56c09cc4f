(()=>{
const table=document.querySelector('.fleet'),form=document.querySelector('.filter');
if(!table||!form)return;
const body=table.tBodies[0],rows=[...body.rows],text=rows.map((r)=>r.textContent.toLowerCase()),heads=[...table.tHead.rows[0].cells],out=form.querySelector('output'),field=(n)=>form.querySelector(`[name=${n}]`);
let by=-1,down=false;
const number=new Set([2,6,7,8]),states=[...field('s').options].map((e)=>e.value),value=(r,i)=>{if(i===2)return `${states.indexOf(r.dataset.s)}`;const t=r.cells[i].textContent.trim();return t==='–'?'':t;};
const sort=()=>{
heads.forEach((h,i)=>{if(i===by)h.setAttribute('aria-sort',down?'descending':'ascending');else h.removeAttribute('aria-sort');});
const list=rows.map((r,i)=>[r,i,by<0?i:value(r,by)]);
if(by>=0)list.sort((a,b)=>{
if(a[2]===''||b[2]==='')return (a[2]==='')-(b[2]==='')||a[1]-b[1];
const c=number.has(by)?a[2]-b[2]:a[2]<b[2]?-1:a[2]>b[2]?1:0;
return (down?-c:c)||a[1]-b[1];
});
body.append(...list.map((l)=>l[0]));
};
const show=()=>{
const q=field('q').value.toLowerCase().trim(),s=field('s').value,t=field('t')?field('t').value:'';let n=0;
rows.forEach((r,i)=>{const on=(!q||text[i].includes(q))&&(!s||r.dataset.s===s)&&(!t||r.cells[1].textContent===t);r.hidden=!on;n+=on;});
out.textContent=`${n} of ${rows.length}`;
};
const keep=()=>{
const p=new URLSearchParams();
for(const n of ['q','s','t']){const e=field(n);if(e&&e.value)p.set(n,e.value);}
if(by>=0)p.set('o',(down?'-':'')+by);
history.replaceState(null,'',p.size?`#${p}`:location.pathname+location.search);
};
const load=()=>{
const p=new URLSearchParams(location.hash.slice(1));
for(const n of ['q','s','t']){const e=field(n);if(e)e.value=p.get(n)||'';}
const o=p.get('o')||'';down=o.startsWith('-');by=/^-?\d+$/.test(o)&&Math.abs(+o)<heads.length?Math.abs(+o):-1;
sort();show();
};
heads.forEach((h,i)=>{
const b=document.createElement('button');b.type='button';b.textContent=h.textContent;h.replaceChildren(b);
b.addEventListener('click',()=>{if(by!==i){by=i;down=false;}else if(!down)down=true;else{by=-1;down=false;}sort();keep();});
});
form.hidden=false;
form.addEventListener('input',()=>{show();keep();});
addEventListener('hashchange',load);
load();
})();
