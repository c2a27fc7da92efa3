/** Draws an APL document with Amazon's renderer; the page around this frame says which. */

"use strict";

const FONTS = ["amazon-ember-display", "Bookerly"];
/** What looks most like them, of what a computer may have: they are not for download. */
const LOOKALIKES = { 400: ["Amazon Ember", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans"],
  700: ["Amazon Ember Bold", "Helvetica Neue Bold", "Arial Bold", "Liberation Sans Bold", "DejaVu Sans Bold"] };

const tell = (message) => parent.postMessage(message, "*");
let current = null;
let executed = 0;
let pressed = false;

if (window.AplRenderer) begin();
else fetchFailed();

async function begin() {
  const engine = AplRenderer.initEngine();
  useFontsOfThisComputer();
  await engine;
  addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = false; }, true);
  let last = Promise.resolve();
  addEventListener("message", ({ source, data }) => {
    if (source === parent) last = last.then(() => show(data));
  });
  tell({ ready: true });
}

function fetchFailed() {
  tell({ missing: "Screens are drawn by Amazon’s own renderer, which npm fetches: it is not there. This is what the skill would show:" });
}

/** The renderer would load its fonts from the network, and wait for them. */
function useFontsOfThisComputer() {
  for (const sheet of document.styleSheets) {
    if (sheet.href) continue;
    for (let i = sheet.cssRules.length; i--;) {
      if (sheet.cssRules[i] instanceof CSSFontFaceRule) sheet.deleteRule(i);
    }
  }
  for (const [weight, names] of Object.entries(LOOKALIKES)) {
    const source = names.map((name) => `local("${name}")`).join(", ");
    const range = weight === "400" ? "100 400" : "500 900";
    for (const font of FONTS) document.fonts.add(new FontFace(font, source, { weight: range }));
  }
}

async function show({ commands, ...shown }) {
  const facts = JSON.stringify(shown);
  if (current?.facts !== facts || commands.length < executed) {
    await render(shown);
    current.facts = facts;
    executed = 0;
  }
  if (commands.length > executed) {
    current.renderer.executeCommands(JSON.stringify(commands.slice(executed)));
  }
  executed = commands.length;
}

/** The former screen stays until the new one can be touched: no tap in between is lost. */
async function render({ document: apl, datasources, viewport }) {
  delete document.body.dataset.touchable;
  const view = document.createElement("div");
  view.className = "unseen";
  document.body.append(view);
  const content = AplRenderer.Content.create(JSON.stringify(apl));
  content.addData("payload", JSON.stringify(datasources));
  const { width, height, dpi, shape, mode } = viewport;
  const renderer = AplRenderer.default.create({
    content,
    view,
    viewport: { width, height, dpi, shape },
    mode,
    theme: "dark",
    environment: { agentName: "Pizza on Demand", agentVersion: "1.0", disallowVideo: true },
    utcTime: Date.now(),
    localTimeAdjustment: 0,
    logLevel: "warn",
    onSendEvent: (event) => tell({ touched: event.arguments }),
  });
  // After a touch it leaves the mouse out for half a second, lest one tap count twice; and it
  // takes its own making for a touch.
  renderer.lastPointerEventTimestamp = 0;
  await renderer.init();
  await settled();
  while (pressed) await nextFrame();
  const former = current;
  current = { renderer, view };
  view.className = "";
  if (former) former.view.className = "unseen";
  document.body.dataset.touchable = "";
  await settled();
  former?.renderer.destroy();
  former?.view.remove();
}

/** The renderer lays out, and notices what was tapped, with the next frame that it draws. */
async function settled() {
  await nextFrame();
  await nextFrame();
}

function nextFrame() {
  return new Promise((resolve) => { requestAnimationFrame(resolve); });
}
