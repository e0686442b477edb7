// <link-picker for="body" from="/pick">: `[[` in the field opens a list of entries, found by what is typed on.
// Arrows walk it, Enter or Tab takes one, Escape closes it; [[slug|title]] is put in as one act.

import { caretPlace } from "./caret-place.js"
import { insert } from "./insert-text.js"

const REST = 120 // ms without a key before it is asked
const BEGUN = /(?<!\\)\[\[([^[\]|\n]{0,80})$/
const SAID = { 0: "No entry found", 1: "One entry. Enter takes it, Escape closes." }

let made = 0

class LinkPicker extends HTMLElement {
  words = "" // those to show instead of the title

  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"))
    this.list ??= this.begin()
    for (const type of ["input", "keydown", "blur", "click", "scroll"]) this.field.addEventListener(type, this)
    for (const type of ["click", "mousedown"]) this.list.addEventListener(type, this)
  }

  disconnectedCallback() {
    for (const type of ["input", "keydown", "blur", "click", "scroll"]) this.field.removeEventListener(type, this)
  }

  begin() {
    const list = Object.assign(document.createElement("ul"), { id: `links-${++made}`, className: "picker__offers link-picker__list", hidden: true })
    list.role = "listbox"
    list.ariaLabel = "Entries to link"
    this.status = Object.assign(document.createElement("p"), { className: "visually-hidden" })
    this.status.role = "status"
    this.append(list, this.status)
    this.field.setAttribute("aria-autocomplete", "list")
    this.field.setAttribute("aria-controls", list.id)
    return list
  }

  get options() {
    return [...this.list.querySelectorAll("[role='option']")]
  }

  get active() {
    return this.list.querySelector("[aria-selected='true']")
  }

  /** What is typed behind `[[`, if the cursor stands there. */
  get typed() {
    const { value, selectionStart, selectionEnd } = this.field
    return selectionStart === selectionEnd ? BEGUN.exec(value.slice(0, selectionStart))?.[1] : undefined
  }

  handleEvent(event) {
    if (event.type === "mousedown") return event.preventDefault() // the field keeps the focus
    if (event.currentTarget === this.list) return this.take(event.target.closest("[role='option']"))
    if (event.type === "keydown") return this.key(event)
    if (event.type === "blur") return this.close()
    if (event.type === "scroll") return this.list.hidden || this.place()
    if (event.type === "click" && this.list.hidden) return
    this.wait()
  }

  wait() {
    clearTimeout(this.timer)
    if (this.typed === undefined) return this.close()
    this.stale = true
    this.timer = setTimeout(() => this.ask(), REST)
  }

  async ask() {
    const words = this.typed ?? ""
    const address = new URL(this.getAttribute("from"), location.href)
    address.searchParams.set("q", words.trim())
    await htmx.ajax("GET", address.pathname + address.search, { source: this, target: this.list, swap: "innerHTML" })
    if (this.typed !== words || document.activeElement !== this.field) return
    this.stale = false
    for (const option of this.options) option.id = `link-${++made}`
    const count = this.options.length
    this.list.hidden = count === 0
    this.status.textContent = SAID[count] ?? `${count} entries. Arrows choose, Enter takes, Escape closes.`
    this.place()
    this.walk(0)
  }

  place() {
    const { left, top, line } = caretPlace(this.field)
    const room = this.field.clientWidth - this.list.offsetWidth
    this.list.style.insetBlockStart = `${this.field.offsetTop + top + line + 4}px`
    this.list.style.insetInlineStart = `${Math.max(0, Math.min(left, room))}px`
  }

  close() {
    clearTimeout(this.timer)
    this.words = ""
    this.list.hidden = true
    this.list.replaceChildren()
    this.status.textContent = ""
    this.field.removeAttribute("aria-activedescendant")
  }

  walk(to) {
    const option = this.options.at(to % this.options.length)
    for (const other of this.options) other.ariaSelected = String(other === option)
    if (!option) return this.field.removeAttribute("aria-activedescendant")
    this.field.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || this.typed === undefined) return
    if (event.key === "Escape" && !this.list.hidden) this.close()
    else if (this.list.hidden || this.stale) return
    else if (event.key === "ArrowDown") this.walk(this.options.indexOf(this.active) + 1)
    else if (event.key === "ArrowUp") this.walk(this.options.indexOf(this.active) - 1)
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.take(this.active)
    else return
    event.preventDefault()
  }

  take(option) {
    if (!option) return
    const { value, selectionStart } = this.field
    const words = (this.words || option.dataset.words).replaceAll(/[[\]]/g, "").replaceAll("|", "/").slice(0, 200).trim()
    const slug = option.dataset.value
    const closed = value.slice(selectionStart).startsWith("]]") ? 2 : 0
    insert(this.field, words && words !== slug ? `[[${slug}|${words}]]` : `[[${slug}]]`, { start: selectionStart - this.typed.length - 2, end: selectionStart + closed })
    this.close()
  }
}

customElements.define("link-picker", LinkPicker)
