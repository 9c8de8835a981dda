// A little help for the pages, which all work without it.
"use strict";
(() => {
  const HEADERS = { "X-Requested-With": "staff" };
  const say = (text) => { const place = document.getElementById("ansage"); if (place) place.textContent = text; };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  document.documentElement.classList.add("scripted");

  // -- Search as one types: the same form, the same answer, only the results are put in. --
  let timer, running;
  const search = async (form) => {
    const target = document.querySelector(form.dataset.live);
    running?.abort();
    running = new AbortController();
    const address = form.action.split("?")[0] + "?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    try {
      const answer = await fetch(address, { signal: running.signal, headers: HEADERS });
      if (answer.status === 401) { location.assign(address); return; }
      const found = parse(await answer.text()).querySelector(form.dataset.live);
      if (!found) return;
      target.replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
      say(target.querySelector("[role=status]")?.textContent ?? "");
    } catch (error) { if (error.name !== "AbortError") throw error; }
  };

  // -- Evidence and field light up together: hover, focus, or tap. --
  const light = (names, on) => {
    for (const name of names)
      for (const element of document.querySelectorAll(`[data-field="${name}"], mark.f-${name}`)) element.classList.toggle("on", on);
  };
  const names = (element) => (element.dataset.fields ?? element.dataset.field ?? "").split(" ").filter(Boolean);
  for (const [kind, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]])
    document.addEventListener(kind, (event) => {
      const element = event.target.closest?.("mark[data-fields], [data-field]");
      if (element) light(names(element), on);
    });

  // -- The door: a tap is sent at once, and what other devices do comes in by itself. --
  const replaceResult = (text) => {
    const fresh = parse(text).getElementById("ergebnis"), old = document.getElementById("ergebnis");
    if (!fresh || !old || fresh.innerHTML === old.innerHTML) return;
    const held = document.activeElement?.getAttribute?.("aria-label");
    old.replaceChildren(...fresh.childNodes);
    if (held) [...old.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === held)?.focus();
  };
  const tap = async (form) => {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: HEADERS });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) { show(await answer.text(), ""); return; }
    replaceResult(await answer.text());
    say(document.querySelector(".doorcount")?.textContent ?? "");
  };
  setInterval(async () => {
    if (document.hidden || !document.querySelector("[data-refresh]")) return;
    try { const answer = await fetch(location.href, { headers: HEADERS }); if (answer.ok) replaceResult(await answer.text()); } catch { /* the next time */ }
  }, 6000);

  // -- The answer as the form now stands. --
  let waiting, asking;
  const preview = async (form) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal, headers: HEADERS });
      if (!answer.ok) return;
      const fresh = parse(await answer.text()).getElementById("antwort");
      if (fresh) form.querySelector("#antwort")?.replaceWith(fresh);
    } catch (error) { if (error.name !== "AbortError") throw error; }
  };

  // -- One case after the other, the next one fetched ahead. --
  let ahead = { address: "", text: null };
  const path = (address) => new URL(address, location.href).pathname;
  const fetchAhead = () => {
    const next = document.querySelector("[data-following]")?.dataset.following;
    if (!next || next === "/entscheiden" || path(next) === ahead.address) return;
    ahead = { address: path(next), text: fetch(next, { headers: { ...HEADERS, "X-Ahead": "1" } }).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null) };
  };
  const show = (text, address) => {
    const page = parse(text), main = page.querySelector("main");
    if (!main) return false;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    const nav = page.querySelector(".top nav");
    if (nav) document.querySelector(".top nav")?.replaceWith(document.adoptNode(nav));
    document.title = page.title;
    if (address) history.pushState(null, "", address);
    scrollTo(0, 0);
    prepare();
    document.querySelector("main").focus();
    say(document.querySelector("#fertig p, [role=alert]")?.textContent ?? document.querySelector("h1")?.textContent ?? "");
    return true;
  };
  const go = async (address) => {
    const early = ahead.address === path(address) ? await ahead.text : null;
    if (early) show(early, address);
    const answer = await fetch(address, { headers: HEADERS });
    const text = await answer.text();
    if (!answer.ok) { location.assign(address); return; }
    if (!early) { if (!show(text, address)) location.assign(address); return; }
    // The page is there already; only what became of the last case is put in.
    const note = parse(text).getElementById("fertig");
    if (note) { document.querySelector("main").prepend(document.adoptNode(note)); say(note.textContent.trim().split("\n")[0]); }
  };
  const send = async (form, button) => {
    const body = new URLSearchParams(new FormData(form, button));
    const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
    form.setAttribute("aria-busy", "true");
    let answer;
    try { answer = await fetch(address, { method: "POST", body, headers: HEADERS }); } catch { answer = null; }
    form.removeAttribute("aria-busy");
    if (!answer || answer.status === 401) { form.dataset.plain = "1"; form.requestSubmit(button); return; }
    if (answer.headers.get("content-type")?.includes("json")) { await go((await answer.json()).next); return; }
    show(await answer.text(), "");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-live]")) { event.preventDefault(); clearTimeout(timer); search(form); return; }
    if (form.matches("[data-door]")) { event.preventDefault(); tap(form); return; }
    if (!form.matches("[data-case], .done form") || form.dataset.plain || event.submitter?.value === "preview") return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-live]")) { clearTimeout(timer); timer = setTimeout(search, 150, form); }
    if (form?.dataset.preview && (event.target.name !== "question" || form.dataset.primary === "ask")) { clearTimeout(waiting); waiting = setTimeout(preview, 300, form); }
  });
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]"), open = event.target.closest("[data-open]"), keys = event.target.closest("[data-keys]");
    if (step) {
      const field = document.getElementById(step.dataset.target);
      field.value = Math.max(1, (parseInt(field.value, 10) || 0) + Number(step.dataset.step));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (open) { const place = document.getElementById(open.dataset.open); place.open = true; place.querySelector("textarea").focus(); }
    if (keys) { localStorage.setItem("tasten", off() ? "an" : "aus"); label(); }
    const all = event.target.closest("[data-all]");
    if (all) for (const box of document.querySelectorAll(all.dataset.all)) box.checked = all.checked;
  });

  // -- One key each; can be switched off (WCAG 2.1.4). --
  const off = () => localStorage.getItem("tasten") === "aus";
  const label = () => { for (const button of document.querySelectorAll("[data-keys]")) button.textContent = off() ? button.dataset.off : button.dataset.on; };
  document.addEventListener("keydown", (event) => {
    const writing = event.target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (event.key === "Escape" && writing) { event.target.blur(); return; }
    // In a panel Enter means the panel's own button, and not the form's first.
    const panel = event.target.matches?.("input") && event.target.closest(".panel");
    if (event.key === "Enter" && panel) { event.preventDefault(); panel.querySelector("button").click(); return; }
    if (off() || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "p" && document.getElementById("headcount")) { event.preventDefault(); document.getElementById("headcount").select(); return; }
    if (event.key === "/" && document.getElementById("suche")) { event.preventDefault(); document.getElementById("suche").focus(); return; }
    if (event.key === "r" && !document.querySelector("[data-key=r]")) { const text = document.getElementById("question"); if (text) { event.preventDefault(); text.focus(); } return; }
    const turn = [...document.querySelectorAll("[data-turn]")].filter((element) => element.dataset.turn === event.key);
    if (turn.length) { event.preventDefault(); turn[(turn.findIndex((element) => element.ariaCurrent) + 1) % turn.length].click(); return; }
    const target = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
    if (!target) return;
    event.preventDefault();
    target.click();
    const details = target.closest("details");
    if (details) requestAnimationFrame(() => details.querySelector("textarea, input:not([type=hidden])")?.focus());
  });

  const prepare = () => {
    for (const element of document.querySelectorAll("[data-step], .needs-script")) element.hidden = false;
    for (const button of document.querySelectorAll("button[data-key]"))
      if (!button.querySelector("kbd")) { const hint = document.createElement("kbd"); hint.textContent = button.dataset.key; hint.setAttribute("aria-hidden", "true"); button.append(hint); button.setAttribute("aria-keyshortcuts", button.dataset.key); }
    label();
    fetchAhead();
  };
  // The browser goes to what the address names once the page is loaded, and would take the focus away again.
  addEventListener("load", () => requestAnimationFrame(() => {
    const fold = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.closest("details");
    if (fold) { fold.open = true; fold.querySelector("input:not([type=hidden]), textarea")?.focus(); }
  }));
  addEventListener("popstate", () => location.reload());
  prepare();
})();
