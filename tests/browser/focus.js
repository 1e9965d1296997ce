() => {
  // いまの焦点の名と、その見え方の困りごと。
  const one = document.activeElement;
  if (!one || one === document.body) return { name: "", trouble: "" };
  const name = (one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText || one.value || "").trim();
  const style = getComputedStyle(one);
  const box = [...one.getClientRects()].find((rect) => rect.width && rect.height) || one.getBoundingClientRect();
  const troubles = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) troubles.push("枠が見えない");
  // 画面に出ているところ。長い一覧は、はじめの一行ぶんが出ていればよい。
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [above, below] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const [x, y] = [(left + right) / 2, (above + below) / 2];
  if (right <= left || below - above < Math.min(box.height, 44)) troubles.push("画面の外にある");
  const top = document.elementFromPoint(x, y);
  if (top && !one.contains(top) && !top.contains(one)) troubles.push(`${top.tagName} に隠れている`);
  return { name, trouble: troubles.map((trouble) => `${location.pathname} の「${name}」：${trouble}`).join("、") };
}
