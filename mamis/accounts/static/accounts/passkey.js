// パスキーの画面だけのもの。ブラウザの WebAuthn を呼び、答えを欄に書いて、いつものように送る。
// 頁から受け取るのは data-options（サーバーが作った問い）と data-act（create か get）だけ。
(() => {
  "use strict";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (options) => {
    const question = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (question.user) question.user = { ...question.user, id: bytes(question.user.id) };
    question.excludeCredentials = known(question.excludeCredentials);
    question.allowCredentials = known(question.allowCredentials);
    return { publicKey: question };
  };

  const answered = (credential) => {
    const { response } = credential;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = text(response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: parts,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  for (const form of document.querySelectorAll("form[data-act]")) {
    const failed = form.querySelector("[data-failed]");
    if (!window.PublicKeyCredential) continue;
    form.querySelector("[data-without]").hidden = true;
    form.querySelector("[data-with]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const credential = await navigator.credentials[form.dataset.act](asked(JSON.parse(form.dataset.options)));
        form.elements.credential.value = answered(credential);
        form.submit();
      } catch {
        failed.hidden = false;
        failed.focus();
      }
    });
  }
})();
