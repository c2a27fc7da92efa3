/** After login: tell the Alexa app's pane, in this window or another one, that it is done. */

const result = document.body.dataset.linking;

async function finishImplicitGrant() {
  const answer = await fetch("/app/implicit", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ url: location.href }),
  });
  // The fragment is a token: it must not stay in the address and the history.
  history.replaceState(null, "", location.pathname);
  const { error } = answer.ok ? {} : await answer.json();
  show(error);
}

function show(error) {
  document.querySelector(error ? "#failed" : "#linked").hidden = false;
  document.querySelector("#pending").hidden = true;
  if (error) document.querySelector("#reason").textContent = error;
  else tell();
}

function tell() {
  new BroadcastChannel("linking").postMessage("linked");
}

if (result === "pending") finishImplicitGrant();
if (result === "linked") tell();
