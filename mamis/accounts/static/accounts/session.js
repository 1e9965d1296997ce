// ログインがまもなく終わることを知らせる（ADR 0061）。言葉も、知らせる時も、サーバーが答える。
// 尋ねるだけ（GET）では延びない。「ログインを続ける」を押すと、一度だけ送る（POST）。
(() => {
  "use strict";

  const box = document.querySelector("[data-session]");
  const words = box.querySelector("[role=status]");
  const form = box.querySelector("form");
  let due = Date.now() + box.dataset.session * 1000;
  let typing = null;

  const tell = (answer) => {
    if (words.textContent !== answer.words) words.textContent = answer.words;
    if (!answer.button && form.contains(document.activeElement)) (typing || words).focus();
    form.hidden = !answer.button;
    due = answer.again ? Date.now() + answer.again * 1000 : Infinity;
    if (answer.end) for (const one of document.querySelectorAll("[data-session-end]")) one.textContent = answer.end;
  };

  const ask = async (options) => {
    due = Date.now() + 30000;
    try {
      const answer = await fetch(form.action, { redirect: "manual", ...options });
      if (answer.ok) tell(await answer.json());
      else if (answer.type === "opaqueredirect") tell({ words: box.dataset.gone });
      else throw answer;
    } catch {
      if (options) words.textContent = box.dataset.failed;
    }
  };

  const look = () => { if (Date.now() >= due) ask(); };
  setInterval(look, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && words.textContent) ask(); else look(); });
  form.addEventListener("focusin", (event) => { typing = event.relatedTarget || typing; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ method: "POST", body: new FormData(form) });
  });
})();
