// <passage-comment person="7"> around the box of a comment: marking words of the entry brings a button that fills
// the box with them (the key c does the same). Passages that have comments lead to them and back. What is typed
// stays in this browser until it is said.

import { PassageMarks } from "./passage-marks.js"
import { PassageText } from "./passage-text.js"
import { forget, keep, restore } from "./unsent-comment.js"

const STAYS = 300 // ms that the button stays when nothing is marked any more
const BUTTON = 220 // px that the button takes at most

class PassageComment extends HTMLElement {
  connectedCallback() {
    this.person = this.getAttribute("person")
    this.section = this.closest(".comments")
    this.article = document.querySelector("article.entry")
    this.box = this.querySelector("form")
    this.offer = this.querySelector(".remark-on")
    this.marks = new PassageMarks(this.article, this.section)
    this.gone = new AbortController()
    const listen = (target, type, act) => target.addEventListener(type, act, { signal: this.gone.signal })
    listen(document, "selectionchange", () => this.notice())
    listen(this.offer, "pointerdown", event => event.preventDefault()) // which would unmark the words
    listen(this.offer, "click", () => this.about(this.found() ?? this.marked))
    listen(this.article, "click", event => this.open(event))
    listen(this.section, "click", event => this.lead(event))
    listen(this.section, "input", ({ target: { form } }) => form?.dataset.keep && keep(this.person, form))
    listen(document, "htmx:before:swap", ({ detail: { ctx } }) => this.said(ctx))
    for (const form of this.section.querySelectorAll("form[data-keep]")) restore(this.person, form)
  }

  disconnectedCallback() {
    this.gone.abort()
  }

  /** The words of the entry that are marked now, or nothing. */
  found() {
    const selection = document.getSelection()
    if (selection.isCollapsed || !selection.rangeCount) return null
    const range = selection.getRangeAt(0)
    const inside = this.article.contains(range.commonAncestorContainer) && !this.section.contains(range.startContainer)
    return inside ? new PassageText(this.article).marked(range) : null
  }

  /** Words were marked, or no longer are: a phone unmarks them at the very touch of the button. */
  notice() {
    const marked = this.found()
    clearTimeout(this.leaving)
    if (!marked) return (this.leaving = setTimeout(() => this.leave(), STAYS))
    this.marked = marked
    this.offer.hidden = false
    const place = document.getSelection().getRangeAt(0).getBoundingClientRect()
    this.offer.style.setProperty("--top", `${place.bottom + scrollY}px`)
    this.offer.style.setProperty("--left", `${Math.max(8, Math.min(place.left, innerWidth - BUTTON)) + scrollX}px`)
  }

  leave() {
    this.marked = null
    this.offer.hidden = true
  }

  /** Write about these words; about the entry where there are none. */
  about(marked) {
    if (marked) {
      this.box.elements.namedItem("passage").value = marked.quote
      this.box.elements.namedItem("passage_before").value = marked.before
      this.box.elements.namedItem("passage_after").value = marked.after
      this.box.querySelector("details").open = true
    }
    document.getSelection().removeAllRanges()
    this.leave()
    this.box.elements.namedItem("words").focus()
  }

  /** From a passage to what is said about it. */
  open(event) {
    if (!document.getSelection().isCollapsed || event.target.closest("a, button, summary, .comments")) return
    this.marks.threadAt(event.clientX, event.clientY)?.querySelector(".remark").focus()
  }

  /** From what is said about a passage to the passage. */
  lead(event) {
    const thread = event.target.closest(".thread__passage a")?.closest(".thread")
    if (thread && this.marks.show(thread)) event.preventDefault()
  }

  /** The server has the words: the copy in this browser goes. */
  said({ sourceElement: form, response }) {
    if (form?.dataset?.keep && response?.status < 400) forget(this.person, form)
  }
}

customElements.define("passage-comment", PassageComment)
