// Lines of a field: <line-jump for="document" line="7"> around a link leads to one and marks it;
// <line-number for="document"> tells which one the cursor stands in.

import { caretPlace } from "./caret-place.js"

class LineJump extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  handleEvent(event) {
    event.preventDefault()
    const field = document.getElementById(this.getAttribute("for"))
    const lines = field.value.split("\n")
    const line = Math.min(Number(this.getAttribute("line")), lines.length) - 1
    const start = lines.slice(0, line).reduce((sum, words) => sum + words.length + 1, 0)
    field.focus({ preventScroll: true })
    field.setSelectionRange(start, start + lines[line].length)
    field.scrollTop += caretPlace(field, start).top - field.clientHeight / 3
    field.scrollIntoView({ block: "nearest" })
  }
}

class LineNumber extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"))
    for (const type of ["selectionchange", "input"]) this.field.addEventListener(type, this)
    this.handleEvent()
  }

  disconnectedCallback() {
    for (const type of ["selectionchange", "input"]) this.field.removeEventListener(type, this)
  }

  handleEvent() {
    this.textContent = `Line ${this.field.value.slice(0, this.field.selectionStart).split("\n").length}`
  }
}

customElements.define("line-jump", LineJump)
customElements.define("line-number", LineNumber)
