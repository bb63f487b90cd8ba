// Pages work without this file. It only makes them quicker: partial swaps, keys, a warning before words are lost.
(() => {
  "use strict";
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

  // htmx 4 needs Chromium 92: below it every swap fails, so it is not loaded and plain links and forms do the work.
  if (window.CSS && CSS.supports("selector(:not(svg title))")) {
    const script = document.createElement("script");
    script.src = meta("htmx");
    document.head.append(script);
  } else {
    const told = document.querySelector(".old-browser");
    if (told) told.hidden = false;
  }

  // One listener instead of inherited headers: every request of htmx proves whose session it belongs to.
  document.addEventListener("htmx:config:request", (event) => {
    const request = event.detail?.ctx?.request;
    if (request) request.headers["X-CSRF-Token"] = meta("csrf");
  });

  // Pinyin: while a word is being composed its letters are nobody's search.
  window.addEventListener("input", (event) => {
    if (event.isComposing) event.stopImmediatePropagation();
  }, true);
  window.addEventListener("compositionend", (event) => {
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Keys, never while something is being typed. An element says its own key: data-key="/".
  const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const press = (element) => {
    if (typing(element)) element.focus();
    else element.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      document.querySelector("[data-escape]")?.click();
      return;
    }
    if (typing(event.target)) return;
    if (["j", "ArrowDown"].includes(event.key)) return move(event, 1);
    if (["k", "ArrowUp"].includes(event.key)) return move(event, -1);
    const wanted = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (wanted) {
      event.preventDefault();
      press(wanted);
    }
  });

  // J and K walk through the rows of a list: each row holds one link marked data-row.
  function move(event, step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const open = rows.findIndex((row) => row === document.activeElement);
    const marked = rows.findIndex((row) => row.closest("tr")?.getAttribute("aria-selected") === "true");
    const next = rows[Math.min(Math.max((open >= 0 ? open : marked) + step, 0), rows.length - 1)];
    event.preventDefault();
    next.focus();
  }

  // A form marked data-dirty asks before its words are lost.
  let dirty = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-dirty]")) dirty = true;
  });
  document.addEventListener("submit", (event) => {
    dirty = false;
    // What has legal effect is sent once; the browser has already read the form when the button goes grey.
    const button = event.submitter;
    if (button && event.target.method === "post" && button.dataset.once !== undefined) {
      setTimeout(() => {
        button.disabled = true;
        button.textContent = "提交中…";
      });
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  // Back from the browser's own store: the button may be pressed again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // What is too large to be received at all is said before it is sent, while the words are still there.
  document.addEventListener("change", (event) => {
    const { files, dataset, setCustomValidity } = event.target;
    if (!files || !dataset.most || !setCustomValidity) return;
    const bytes = [...files].reduce((sum, each) => sum + each.size, 0);
    event.target.setCustomValidity(bytes > dataset.most * 2 ** 20 ? `文件一共超过 ${dataset.most} MB，请分几次上传。` : "");
  });

  // On a telephone the doors stand in one row: the one that is open is brought into sight.
  document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // An error summary is read first.
  document.querySelector(".sum-er")?.focus();
})();
