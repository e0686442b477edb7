// <markdown-tools for="body"> around buttons whose values are acts: what a button does to the words that are
// selected in the field, as one act that Undo takes back. Ctrl with B, I or K does it from the field.
// One Tab leads to the buttons, arrows go from one to the next.

import { insert } from "./insert-text.js"

const KEYS = { b: "bold", i: "italic", k: "link" }
const TABLE = "| Column | Column |\n| --- | --- |\n|  |  |"
const NUMBERED = /^\d{1,9}[.)] /

class MarkdownTools extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"))
    this.buttons = [...this.querySelectorAll("button")]
    for (const [place, button] of this.buttons.entries()) button.tabIndex = place ? -1 : 0
    for (const type of ["click", "keydown", "mousedown"]) this.addEventListener(type, this)
    this.field.addEventListener("keydown", this)
    this.hidden = false
  }

  disconnectedCallback() {
    for (const type of ["click", "keydown", "mousedown"]) this.removeEventListener(type, this)
    this.field.removeEventListener("keydown", this)
  }

  handleEvent(event) {
    const button = event.target.closest("button")
    if (event.type === "mousedown") return button && event.preventDefault() // the field keeps its selection
    if (event.type === "click") return button && this[button.value]()
    if (event.currentTarget === this) return this.walk(event)
    const act = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && !event.isComposing && KEYS[event.key.toLowerCase()]
    if (!act) return
    event.preventDefault()
    this[act]()
  }

  walk(event) {
    const at = this.buttons.indexOf(document.activeElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = this.buttons.at(to % this.buttons.length)
    for (const button of this.buttons) button.tabIndex = button === next ? 0 : -1
    next.focus()
  }

  bold = () => this.mark("**")
  italic = () => this.mark("*")
  heading = () => this.begin(() => "## ", /^#{1,6} /)
  list = () => this.begin(() => "- ", /^[-*+] /, NUMBERED)
  numbers = () => this.begin(place => `${place + 1}. `, NUMBERED, /^[-*+] /)
  quote = () => this.begin(() => "> ", /^> ?/)

  /** Set marks around the words, or take them away. */
  mark(sign) {
    const { value, selectionStart, selectionEnd } = this.field
    const words = value.slice(selectionStart, selectionEnd)
    const start = selectionStart + words.length - words.trimStart().length
    const end = Math.max(start, selectionEnd - words.length + words.trimEnd().length)
    const inner = value.slice(start, end)
    const around = value.slice(0, start).match(/\**$/)[0].length
    const marked = around === value.slice(end).match(/^\**/)[0].length && (sign.length === 2 ? around >= 2 : around % 2)
    if (marked && inner) return insert(this.field, inner, { start: start - sign.length, end: end + sign.length, select: [0, inner.length] })
    insert(this.field, sign + inner + sign, { start, end, select: [sign.length, sign.length + inner.length] })
  }

  /** Begin each line with a sign, instead of one of another sort; where all have it, take it away. */
  begin(sign, has, instead = /^(?!)/) {
    const { value, selectionStart, selectionEnd } = this.field
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1
    const found = value.indexOf("\n", selectionEnd)
    const end = found < 0 ? value.length : found
    const lines = value.slice(start, end).split("\n")
    const full = lines.filter(line => line.trim())
    const all = full.length > 0 && full.every(line => has.test(line))
    let place = 0
    const text = lines
      .map(line => (!line.trim() && lines.length > 1 ? line : all ? line.replace(has, "") : sign(place++) + line.replace(has, "").replace(instead, "")))
      .join("\n")
    insert(this.field, text, { start, end, select: lines.length > 1 ? [0, text.length] : [text.length, text.length] })
  }

  link() {
    const { value, selectionStart, selectionEnd } = this.field
    const words = value.slice(selectionStart, selectionEnd)
    if (/^https?:\/\/\S+$/.test(words)) return insert(this.field, `[](${words})`, { select: [1, 1] })
    insert(this.field, `[${words}](https://)`, { select: words ? [words.length + 3, words.length + 11] : [1, 1] })
  }

  /** Open the list of entries; words that are selected stay the words of the link. */
  entry() {
    const { value, selectionStart, selectionEnd } = this.field
    const words = value.slice(selectionStart, selectionEnd)
    const picker = document.querySelector(`link-picker[for="${this.field.id}"]`)
    insert(this.field, `[[${words.includes("\n") ? "" : words}`)
    if (picker) picker.words = words.trim()
  }

  table() {
    const { value, selectionStart, selectionEnd } = this.field
    const before = { 0: "\n\n", 1: "\n" }[(/\n*$/.exec(value.slice(0, selectionStart))[0] || (selectionStart ? "" : "\n\n")).length] ?? ""
    const after = value.slice(selectionEnd).startsWith("\n") || selectionEnd === value.length ? "\n" : "\n\n"
    insert(this.field, before + TABLE + after, { select: [before.length + 2, before.length + 8] })
  }
}

customElements.define("markdown-tools", MarkdownTools)
