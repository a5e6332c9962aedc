// Plays a recorded stream at its own pace: each piece is there already, with the millisecond at
// which it came, and is shown when its time has come. Without this script all of it is shown.

function player(root) {
  const pieces = [...root.querySelectorAll("[data-stream] [data-at]")];
  const came = pieces.map((piece) => Number(piece.dataset.at));
  const [controls, play, speed, idle, place, clock] = [
    ".player", "[data-play]", "[data-speed]", "[data-idle]", "[data-place]", "[data-clock]",
  ].map((selector) => root.querySelector(selector));
  if (!pieces.length) return;

  let moments = []; // of each piece, with the pauses that were asked for
  let now = 0; // milliseconds of the stream
  let last = null; // of the screen's clock, while it plays
  let shown = pieces.length;

  function end() {
    return moments[moments.length - 1];
  }

  function show() {
    const was = shown;
    shown = moments.findIndex((moment) => moment > now);
    if (shown < 0) shown = pieces.length;
    for (let index = Math.min(was, shown); index < Math.max(was, shown); index += 1) {
      pieces[index].hidden = index >= shown;
    }
    place.value = String(now);
    clock.textContent = `${(now / 1000).toFixed(1)} of ${(end() / 1000).toFixed(1)} s`;
    place.setAttribute("aria-valuetext", clock.textContent);
  }

  function pause() {
    last = null;
    play.textContent = "Play";
  }

  function step(time) {
    if (last === null) return;
    now = Math.min(end(), now + (time - last) * Number(speed.value));
    last = time;
    show();
    if (now >= end()) pause();
    else requestAnimationFrame(step);
  }

  function schedule() {
    const longest = Number(idle.value) || Infinity;
    const share = moments.length ? now / (end() || 1) : 1;
    let total = 0;
    let before = 0;
    moments = came.map((moment) => {
      total += Math.min(moment - before, longest);
      before = moment;
      return total;
    });
    now = share * end();
    place.max = String(end());
    show();
  }

  play.addEventListener("click", () => {
    if (last !== null) {
      pause();
      return;
    }
    if (now >= end()) now = -1;
    last = performance.now();
    play.textContent = "Pause";
    requestAnimationFrame(step);
  });
  place.addEventListener("input", () => {
    now = Number(place.value);
    show();
  });
  idle.addEventListener("change", schedule);
  place.step = "any";
  schedule();
  controls.hidden = false;
}

document.querySelectorAll("[data-replay]").forEach(player);
