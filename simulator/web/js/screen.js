/** The Echo's screen: a frame draws what the skill shows, and says what is touched. */

import { byId, styled } from "./dom.js";

/** `act(step)` performs a step of the script language. */
export function screen(world, act) {
  const frame = byId("screen-frame");
  let ready = false;
  let drawn = null;

  const draw = () => {
    const shown = world.state?.screen;
    frame.hidden = !shown?.document || !byId("screen-missing").hidden;
    if (!shown?.document) {
      byId("screen-missing").hidden = true;
      drawn = null;
      return;
    }
    if (!frame.hasAttribute("src")) frame.src = "/screen";
    byId("screen-data").textContent = JSON.stringify(shown.datasources, null, 2);
    fit(frame, shown.viewport);
    if (!ready || JSON.stringify(shown) === drawn) return;
    drawn = JSON.stringify(shown);
    // The frame has an origin of its own, which nobody can name.
    frame.contentWindow.postMessage(shown, "*");
  };

  window.addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data.touched) act(`touch: ${JSON.stringify(data.touched)}`);
    if (data.missing) missing(data.missing);
    if (data.ready) ready = true;
    draw();
  });
  new ResizeObserver(draw).observe(frame.parentElement);
  world.watch(draw);
}

/** Shrink the frame, which is as large as the device's own screen, to its place on the page. */
function fit(frame, { width, height }) {
  const { clientWidth, clientHeight } = frame.parentElement;
  const scale = Math.min(clientWidth / width, clientHeight / height);
  styled(frame, { width: `${width}px`, height: `${height}px`, "--scale": scale });
}

function missing(why) {
  byId("screen-missing").hidden = false;
  byId("screen-missing-why").textContent = why;
}
