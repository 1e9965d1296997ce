() => {
  // いまの焦点の名と、その見え方の困りごと。
  const one = document.activeElement;
  if (!one || one === document.body) return { name: "", trouble: "" };
  const name = (one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText || one.value || "").trim();
  const style = getComputedStyle(one);
  const box = [...one.getClientRects()].find((rect) => rect.width && rect.height) || one.getBoundingClientRect();
  const troubles = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) troubles.push("枠が見えない");
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, innerHeight) / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) troubles.push("画面の外にある");
  const top = document.elementFromPoint(x, y);
  if (top && !one.contains(top) && !top.contains(one)) troubles.push(`${top.tagName} に隠れている`);
  return { name, trouble: troubles.map((trouble) => `${location.pathname} の「${name}」：${trouble}`).join("、") };
}
