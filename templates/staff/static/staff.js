// A little help for the pages, which all work without it.
"use strict";
(() => {
  const say = (text) => { const place = document.getElementById("ansage"); if (place) place.textContent = text; };

  // Search as one types: the same form, the same answer, only the results are put in.
  for (const form of document.querySelectorAll("form[data-live]")) {
    const target = document.querySelector(form.dataset.live);
    let timer, running;
    const search = async () => {
      running?.abort();
      running = new AbortController();
      const address = form.action.split("?")[0] + "?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      try {
        const answer = await fetch(address, { signal: running.signal, headers: { "X-Requested-With": "staff" } });
        if (answer.status === 401) { location.assign(address); return; }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.querySelector(form.dataset.live);
        if (!found) return;
        target.replaceChildren(...found.childNodes);
        history.replaceState(null, "", address);
        say(target.querySelector("[role=status]")?.textContent ?? "");
      } catch (error) { if (error.name !== "AbortError") throw error; }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 150); });
    form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); search(); });
  }

  // Evidence and field light up together: hover, focus, or tap.
  const light = (names, on) => {
    for (const name of names) {
      for (const element of document.querySelectorAll(`[data-field="${name}"], mark.f-${name}`)) element.classList.toggle("on", on);
    }
  };
  const names = (element) => (element.dataset.fields ?? element.dataset.field ?? "").split(" ").filter(Boolean);
  const joined = (event) => event.target.closest?.("mark[data-fields], [data-field]");
  for (const [kind, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(kind, (event) => { const element = joined(event); if (element) light(names(element), on); });
  }
})();
