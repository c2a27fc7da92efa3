/** The browser's own ears and voice, where it has them. */

import { recall, remember } from "./remember.js";

/**
 * Wire the “speak aloud” switch.
 * @returns a function `speak(words, locale)` that is silent while the switch is off.
 */
export function speaker(label) {
  const toggle = label.querySelector("input");
  if (!("speechSynthesis" in window)) label.hidden = true;
  toggle.checked = recall("speak-aloud") === "yes";
  toggle.addEventListener("change", () => {
    remember("speak-aloud", toggle.checked ? "yes" : "no");
    if (!toggle.checked) speechSynthesis.cancel();
  });
  return (words, locale) => {
    if (!toggle.checked) return;
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = locale;
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  };
}

/** Offer the microphone where the browser can recognise speech; what it hears is sent. */
export function listenTo(button, field, send, locale) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!Recognition) return;
  button.hidden = false;
  let recognition = null;
  button.addEventListener("click", () => {
    if (recognition) recognition.stop();
    else recognition = startListening(new Recognition());
  });

  function startListening(ears) {
    ears.lang = locale();
    ears.interimResults = true;
    ears.onresult = ({ results }) => {
      const result = results[results.length - 1];
      field.value = result[0].transcript;
      if (result.isFinal) send(field.value);
    };
    ears.onend = () => {
      recognition = null;
      button.setAttribute("aria-pressed", "false");
    };
    ears.start();
    button.setAttribute("aria-pressed", "true");
    return ears;
  }
}
