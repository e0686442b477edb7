// Keys are written where they act: an element with data-hotkey="/" is focused, one with
// data-hotkey="g h" is clicked. Arrows walk the results, Escape leaves the field or closes a menu.
// Single keys rest while somebody types, and for good under <html data-keys="off">.

const PAIR = 1000 // ms within which "g" and "h" are one pair

const root = document.documentElement
const typing = target => target.isContentEditable || target.matches?.("input, textarea, select")
const SEARCH = "[data-hotkey='/']"
const field = () => [...document.querySelectorAll(SEARCH)].findLast(box => box.checkVisibility())
const searching = target => target.matches?.(SEARCH)
const results = () => [...document.querySelectorAll("[data-result] h2 a")]

let first = { key: "", at: 0 }

function search() {
  const box = field()
  box?.focus()
  box?.select()
  return Boolean(box)
}

function act(keys) {
  if (keys === "/") return search()
  const target = document.querySelector(`[data-hotkey="${CSS.escape(keys)}"]`)
  target?.click()
  return Boolean(target)
}

function single(event) {
  const pair = event.timeStamp - first.at < PAIR ? `${first.key} ${event.key}` : ""
  first = { key: event.key, at: event.timeStamp }
  return (pair && act(pair)) || act(event.key)
}

function walk(by) {
  const links = results()
  const next = links.indexOf(document.activeElement) + by
  if (next < 0) return search()
  links[Math.min(links.length - 1, next)]?.focus()
  return links.length > 0
}

function escape(event) {
  if (searching(event.target)) return event.target.blur()
  const menu = document.querySelector(".menu[open]")
  menu?.removeAttribute("open")
  menu?.querySelector("summary").focus()
}

function answer(event) {
  if (event.key === "Escape") return escape(event)
  if (event.key === "ArrowDown" && (searching(event.target) || results().includes(event.target))) return walk(1)
  if (event.key === "ArrowUp" && results().includes(event.target)) return walk(-1)
  if (!typing(event.target) && root.dataset.keys !== "off") return single(event)
}

document.addEventListener("keydown", event => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const command = event.ctrlKey || event.metaKey
  const handled = command ? event.key.toLowerCase() === "k" && !event.shiftKey && search() : answer(event)
  if (handled) event.preventDefault()
})

document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open")
  }
})
