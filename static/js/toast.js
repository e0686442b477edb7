// One polite line at the bottom of the screen, said by a script or by the server.
// It leaves by itself, stays while pointed at, and a failure stays until it is answered.

const SECONDS = 5
const SECONDS_WITH_A_BUTTON = 8

const toasts = document.getElementById("toasts")

/** Says `text`, and returns the line. `tone` is "" or "stop"; `label` and `act` make a button, such as Undo. */
export function toast(text, { tone = "", label = "", act } = {}) {
  const line = document.createElement("div")
  line.className = tone ? `toast toast--${tone}` : "toast"
  if (tone === "stop") line.role = "alert"
  const words = document.createElement("span")
  words.textContent = text
  line.append(words)
  if (act) line.append(button(label, () => (line.remove(), act())))
  else if (tone === "stop") line.append(button("Close", () => line.remove()))
  toasts?.replaceChildren(line)
  return line
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button button--small" })
  made.textContent = label
  made.addEventListener("click", act)
  return made
}

function leave(line) {
  if (line.matches(":hover, :focus-within")) setTimeout(leave, 1000, line)
  else line.remove()
}

function arrive(line) {
  if (!line.matches?.(".toast") || line.matches(".toast--stop")) return
  setTimeout(leave, 1000 * (line.querySelector("a, button") ? SECONDS_WITH_A_BUTTON : SECONDS), line)
}

if (toasts) {
  for (const line of toasts.children) arrive(line)
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(arrive))).observe(toasts, { childList: true })
}
