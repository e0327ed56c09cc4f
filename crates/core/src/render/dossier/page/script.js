(()=>{
const all=(s)=>[...document.querySelectorAll(s)],f=document.querySelector('.filter');
if(f){
const rows=all('.pop tbody tr'),text=rows.map((r)=>r.textContent.toLowerCase()),o=f.querySelector('output'),v=(n)=>{const e=f.querySelector(`[name=${n}]`);return e?e.value:'';};
const go=()=>{
const q=v('q').toLowerCase().trim(),s=v('s'),st=v('o'),y=+v('y');let n=0;
rows.forEach((r,i)=>{const d=r.dataset,on=(!q||text[i].includes(q))&&(!s||d.s===s)&&(!st||d.o===st)&&(!y||+d.y>=y);r.hidden=!on;n+=on;});
o.textContent=o.dataset.of.replace('{n}',n).replace('{of}',rows.length);
};
f.hidden=false;f.addEventListener('input',go);go();
}
const c=document.querySelector('.copy');
if(c){
c.hidden=false;
c.addEventListener('click',()=>{
const r=document.createRange(),s=getSelection();
r.selectNode(document.getElementById('sheet-table'));s.removeAllRanges();s.addRange(r);
if(document.execCommand('copy')){c.textContent=c.dataset.done;s.removeAllRanges();}
});
}
if(matchMedia('(max-width:1000px)').matches)document.querySelector('nav details').open=false;
addEventListener('beforeprint',()=>all('details').forEach((d)=>{d.open=true;}));
})();
