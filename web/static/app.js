// Pages work without this file. It only makes them quicker: partial swaps, keys, dialogs, a warning before words are lost.
(() => {
  "use strict";
  const one = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const on = (name, heard, early = false) => document.addEventListener(name, heard, early);
  const meta = (name) => one(`meta[name="${name}"]`)?.content ?? "";

  document.documentElement.dataset.js = "";
  // htmx 4 needs Chromium 92: below it every swap fails, so it is not loaded and plain links and forms do the work.
  if (window.CSS && CSS.supports("selector(:not(svg title))")) {
    const script = document.createElement("script");
    script.src = meta("htmx");
    document.head.append(script);
  } else if (one(".old-browser")) one(".old-browser").hidden = false;

  // Pinyin: while a word is being composed its letters are nobody's search.
  window.addEventListener("input", (event) => { if (event.isComposing) event.stopImmediatePropagation(); }, true);
  window.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));

  // Keys, never while something is being typed or composed. An element says its own key: data-key="/".
  const typing = (target) => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
    || (target.tagName === "INPUT" && !/^(checkbox|button|submit|reset)$/.test(target.type));
  const steps = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
  on("keydown", (event) => {
    const { target, shiftKey } = event;
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.altKey) return;
    if (event.ctrlKey || event.metaKey) return shiftKey || chord(event);
    const key = shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase();
    const box = one("dialog[open]"); // a dialog closes itself at Escape
    if (key === "Escape" && !box) return leave(target);
    const searching = target.matches("[data-walk]");
    if (searching && key === "Enter") return choose(event);
    if (typing(target) && !(searching && /^Arrow(Up|Down)$/.test(key))) return;
    if (key in steps && !shiftKey && (key.length === 1 || !target.closest(".side"))) return walk(event, steps[key]);
    if (key === "x" || key === "X") return mark(event, key === "x");
    const wanted = all("[data-key]", box ?? document).find((each) => each.dataset.key === key);
    if (!wanted) return;
    event.preventDefault();
    wanted[typing(wanted) ? "focus" : "click"]();
  });
  function chord(event) {
    const within = event.target.closest("form");
    const wanted = { k: one('[data-open="#palette"]'), Enter: within && one("button.p, button:not([type=button])", within) }[event.key];
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  }
  // Escape goes one step back: out of the field, out of the unfolded menu, out of what is open.
  function leave(target) {
    const menu = all("details[open]").find((each) => one(":scope > .popover", each));
    if (menu) { menu.open = false; one("summary", menu).focus(); }
    else if (typing(target)) target.blur();
    else one("[data-escape]")?.click();
  }
  // J and K walk through the rows of a list, arrows through what a search found: each has one link marked data-row.
  function walk(event, step) {
    const rows = all("[data-row]", one("dialog[open]") ?? document).filter((each) => each.getClientRects().length);
    if (!rows.length) return;
    const here = document.activeElement.closest("tr, li");
    const open = rows.findIndex((row) => row === document.activeElement || (here && row.closest("tr, li") === here));
    const marked = rows.findIndex((row) => row.closest("tr")?.getAttribute("aria-selected") === "true");
    const next = rows[Math.min(Math.max((open >= 0 ? open : marked) + step, 0), rows.length - 1)];
    event.preventDefault();
    next.focus();
  }
  // Enter in a search box opens the first thing found, as soon as what was typed has been looked for.
  let chosen = false;
  function choose(event) {
    const found = one(event.target.dataset.walk);
    chosen = Boolean(window.htmx && found);
    if (chosen) event.preventDefault();
    if (chosen && found.firstElementChild?.dataset.for === event.target.value.trim()) one("[data-row]", found)?.click();
  }
  // X picks the row one stands on, shift-X none; the bar for what is picked says how many.
  function mark(event, here) {
    const row = document.activeElement.closest("tr, li") ?? one("[aria-selected=true]");
    const picks = here ? all("[data-pick]", row ?? document.createElement("i")) : all("[data-pick]:checked");
    if (picks.length) event.preventDefault();
    picks.forEach((each) => each.click());
  }
  function count() {
    const picked = all("[data-pick]:checked").length;
    for (const each of all("[data-picked]")) each.textContent = picked;
    for (const each of all("[data-bulk]")) each.hidden = !picked;
  }

  // Dialogs: what opened one is focused again when it closes.
  let opener = null;
  on("click", (event) => {
    const from = event.target.closest("[data-open]");
    const box = from && one(from.dataset.open);
    if (box?.showModal && !box.open && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      opener = document.activeElement === document.body ? from : document.activeElement;
      box.showModal();
    }
    if (event.target.tagName === "DIALOG" && !one("form[data-dirty]", event.target)) event.target.close();
  });
  on("close", () => opener?.focus(), true);

  // A form marked data-dirty asks before its words are lost, also where only a part of the page would go.
  let dirty = one("form[data-dirty] [aria-invalid]")?.closest("form") ?? null;
  on("input", (event) => { dirty = event.target.closest("form[data-dirty]") ?? dirty; });
  on("saved", () => { dirty = null; });
  window.addEventListener("beforeunload", (event) => { if (dirty?.isConnected) event.preventDefault(); });
  on("htmx:before:request", (event) => {
    const { request, target } = event.detail.ctx;
    if (request.method !== "GET" || !dirty?.isConnected || !target?.contains(dirty)) return;
    if (window.confirm("填写的内容还没有提交，离开后不会保留。要离开吗？")) dirty = null;
    else event.preventDefault();
  });
  on("submit", (event) => {
    if (event.target === dirty) dirty = null;
    // What has legal effect is sent once; the browser has already read the form when the button goes grey.
    const button = event.submitter;
    if (!button || event.target.method !== "post" || button.dataset.once === undefined) return;
    button.dataset.once = button.innerHTML;
    setTimeout(() => Object.assign(button, { disabled: true, textContent: "提交中…" }));
  }, true);
  // Which files are chosen is said in the page's words; the browser's own are in the browser's language.
  const name = ({ files, parentNode: { dataset } }) => { dataset.said = [...files].map((each) => each.name).join("、") || dataset.none; };
  // Back from the browser's own store: what it shows is no longer true.
  window.addEventListener("pageshow", (event) => event.persisted && !dirty ? location.reload() : all(".file > input").forEach(name));

  // What is too large to be received at all is said before it is sent, while the words are still there.
  on("reset", () => setTimeout(count));
  on("change", (event) => {
    const { files, dataset, setCustomValidity } = event.target;
    if (dataset.pickAll !== undefined) all("[data-pick]").forEach((each) => { each.checked = event.target.checked; });
    count();
    if (event.target.matches(".file > input")) name(event.target);
    if (!files || !dataset.most || !setCustomValidity) return;
    const bytes = [...files].reduce((sum, each) => sum + each.size, 0);
    event.target.setCustomValidity(bytes > dataset.most * 2 ** 20 ? `文件一共超过 ${dataset.most} MB，请分几次上传。` : "");
  });

  // Swaps: every request proves whose session it is of; the place that waits says so; focus and new words are kept.
  let kept = "[aria-selected=true] [data-row]";
  const focused = new WeakSet(all("[autofocus]"));
  on("htmx:config:request", (event) => { event.detail.ctx.request.headers["X-CSRF-Token"] = meta("csrf"); });
  on("htmx:before:request", ({ detail: { ctx } }) => (ctx.waits = ctx.target)?.setAttribute("aria-busy", "true"));
  // What waited its turn has seen the answer that came before it.
  on("htmx:before:request", ({ detail: { ctx } }) => { const seen = ctx.sourceElement.elements?.version; if (seen) ctx.request.body?.set("version", seen.value); });
  on("htmx:finally:request", (event) => {
    event.detail.ctx.waits?.removeAttribute("aria-busy"); // an answer may have gone elsewhere, named by its selector
    const until = event.detail.ctx.response?.headers.get("Session-Ends");
    if (until) one('meta[name="session"]').content = until;
    for (const each of all("button[data-once][disabled]")) Object.assign(each, { disabled: false, innerHTML: each.dataset.once });
  });
  on("htmx:error", () => {
    one("#notice").textContent = "没有连上服务器，这一步没有完成。填写的内容还在，请检查网络后再试。";
    one("#notice").scrollIntoView({ block: "nearest" });
  });
  on("htmx:before:swap", () => {
    const { id, dataset } = document.activeElement ?? document.body;
    kept = id ? `#${CSS.escape(id)}` : (dataset.key && `[data-key="${CSS.escape(dataset.key)}"]`) || "[aria-selected=true] [data-row]";
  });
  on("htmx:after:swap", (event) => {
    const wanted = one(".sum-er") ?? one("[autofocus]", event.detail.ctx.target?.querySelector ? event.detail.ctx.target : document);
    if (wanted && !focused.has(wanted)) wanted.focus();
    else if (document.activeElement === document.body) one(kept)?.focus({ preventScroll: true });
    if (wanted) focused.add(wanted);
    if (chosen) one("dialog[open] [data-row]")?.click();
    chosen = false;
    count(); tick();
  });

  // Countdowns go on in the words of the server, and by its clock: <time data-due>. So does the session's end.
  const ahead = Date.parse(meta("now")) - Date.now() || 0, MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR;
  const long = (s) => s >= 2 * DAY ? `${Math.floor(s / DAY)} 天` : s >= HOUR ? `${Math.floor(s / HOUR)} 小时` : `${Math.max(Math.floor(s / MINUTE), 1)} 分钟`;
  const left = (moment) => Math.trunc((Date.parse(moment) - Date.now() - ahead) / 1000);
  function tick() {
    for (const time of all("time[data-due]")) {
      const s = left(time.dataset.due);
      time.textContent = s >= 0 ? `剩 ${long(s)}` : `已超期 ${long(-s)}`;
      const tag = time.closest(".tag");
      const look = s < 0 ? "over" : s < 8 * HOUR ? "hot" : s < 3 * DAY ? "warn" : "ok";
      if (tag) ["over", "hot", "warn", "ok"].forEach((each) => tag.classList.toggle(each, each === look));
    }
    const bar = one("#session"), rest = left(meta("session"));
    if (!bar) return;
    bar.hidden = !(rest < 5 * MINUTE);
    one("b", bar).textContent = rest > 0 ? `登录还有 ${long(rest)}到期` : "登录已到期，填写的内容还在";
  }
  one("#session a")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const page = await fetch(event.target.href).then((answer) => answer.text(), () => "");
    const until = /name="session" content="([^"]+)"/.exec(page)?.[1];
    if (!until || left(until) < 5 * MINUTE) return window.open(event.target.href);
    one('meta[name="session"]').content = until;
    tick();
  });
  setInterval(tick, 1000 * MINUTE);
  tick(); count();

  // On a telephone the doors stand in one row: the one that is open is brought into sight. An error summary is read first.
  one(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  one(".sum-er")?.focus();
})();
