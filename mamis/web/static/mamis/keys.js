// 一文字のキーで、一覧と一件の画面を進む。どのキーが何をするかは、画面の aria-keyshortcuts と、キーの表にある。
// 決めるボタンを押すことはない。そこへ移るだけで、押すのは人である。キーは、キーの表で止められる（WCAG 2.1.4）。
(() => {
  "use strict";

  const sheet = document.querySelector("[data-keys]");
  const opener = document.querySelector("[data-keys-open]");
  const wanted = sheet.querySelector("input");
  const query = document.querySelector("[role=search] input:not([type=hidden])");
  const rows = [...document.querySelectorAll("[data-keys-rows] tbody th a")];

  const remember = (answer) => { try { localStorage.setItem("keys", answer); } catch { /* 覚えられなくても、この画面では効く。 */ } };
  const remembered = () => { try { return localStorage.getItem("keys"); } catch { return null; } };

  const step = (by) => {
    const row = document.activeElement.closest("tr");
    const now = rows.findIndex((one) => one.closest("tr") === row);
    rows[now < 0 ? 0 : Math.min(Math.max(now + by, 0), rows.length - 1)].focus();
  };

  const press = (one) => {
    if (one.localName === "a") one.click();
    else if (one.localName === "summary") {
      one.parentElement.open = true;
      (one.parentElement.querySelector("textarea") || one).focus();
    } else one.focus();
  };

  const act = (key) => {
    const row = document.activeElement.closest("[data-keys-rows] tbody tr");
    if (key === "?") sheet.showModal();
    else if (key === "/" && query) query.focus();
    else if (rows.length && (key === "j" || key === "k")) step(key === "j" ? 1 : -1);
    else if (row && key === "x") row.querySelector("input[type=checkbox]")?.click();
    else {
      const found = document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
      if (found) press(found);
      return Boolean(found);
    }
    return true;
  };

  const isWriting = (one) => one.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (!wanted.checked || sheet.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;
    if (act(event.key)) event.preventDefault();
  });
  opener.addEventListener("click", () => sheet.showModal());
  wanted.checked = remembered() !== "off";
  wanted.addEventListener("change", () => remember(wanted.checked ? "on" : "off"));
  opener.hidden = false;
})();
