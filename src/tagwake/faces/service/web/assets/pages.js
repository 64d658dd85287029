// `/` goes to the search box; the feed says when there is something newer. Every page works without either.
"use strict";

document.addEventListener("keydown", (event) => {
  const box = document.querySelector(".search input");
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && box && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

const live = document.querySelector(".live:not([hidden])");
if (live) {
  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const follow = async () => {
    const shown = Number(live.dataset.after);
    let cursor = shown;
    let found = 0;
    for (;;) {
      try {
        const image = live.dataset.image ? `&image=${encodeURIComponent(live.dataset.image)}` : "";
        const answer = await fetch(`/api/events?after=${cursor}&wait=30${image}`);
        if (!answer.ok) throw new Error(String(answer.status));
        const told = (await answer.json()).events;
        if (told.length) {
          cursor = told[told.length - 1].cursor;
          found += told.length;
          live.querySelector("a").textContent = found === 1 ? "1 newer event: show it" : `${found} newer events: show them`;
        }
      } catch {
        await pause(10);
      }
    }
  };
  follow();
}
