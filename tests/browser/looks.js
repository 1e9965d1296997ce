() => {
  // 目に見える文字と、押せるものを見て回り、決まりに合わないものを返す。
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest(".unseen, .skip");
  const told = (element) => (element.innerText || element.value || element.outerHTML).trim().slice(0, 60);
  const problems = [];

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(element)) continue;
    const drawn = element instanceof SVGElement && element.getScreenCTM ? element.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(element).fontSize) * drawn;
    if (size < 15.9) problems.push(`字が小さい ${size}px：${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }

  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (element.type === "hidden" || !shown(element)) continue;
    const box = element.getBoundingClientRect();
    const inText = getComputedStyle(element).display === "inline";
    if (!inText && (box.width < 24 || box.height < 24)) {
      problems.push(`押すところが小さい ${Math.round(box.width)}×${Math.round(box.height)}：${told(element)}`);
    }
  }

  // 誤りのまとめは、大見出しより前にある。
  let level = 6;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) problems.push(`見出しの段が飛んでいる：${heading.innerText}`);
    level = now;
  }
  if (document.querySelectorAll("h1").length !== 1) problems.push("大見出しが一つでない");
  if (document.querySelectorAll("main").length !== 1) problems.push("本文が一つでない");
  if (document.querySelector("[style], style, script:not([src])")) problems.push("頁の中に、書き方や動きが書いてある");
  if (document.documentElement.lang !== "ja") problems.push("日本語の頁だと言っていない");
  if (!document.title.endsWith("｜医師会会員情報システム（MAMIS）")) problems.push(`題名：${document.title}`);
  return problems;
}
