// <passage-comment person="7"> around the box of a comment: marking words of the entry brings a button that fills
// the box with them (the key c does the same). Passages that have comments are highlighted, without touching the
// page, and lead to them and back. What is typed stays in this browser until it is said.

import { copiesFor, dropCopy, keepCopy } from "./copies.js"
import { PassageText } from "./passage-text.js"

const KEPT = ["words", "passage", "passage_before", "passage_after"]

class PassageComment extends HTMLElement {
  connectedCallback() {
    this.section = this.closest(".comments")
    this.article = document.querySelector("article.entry")
    this.box = this.querySelector("form")
    this.offer = this.querySelector(".remark-on")
    this.gone = new AbortController()
    const listen = (target, type, act) => target.addEventListener(type, act, { signal: this.gone.signal })
    listen(document, "selectionchange", () => this.notice())
    listen(this.offer, "pointerdown", event => event.preventDefault()) // which would unmark the words
    listen(this.offer, "click", () => this.about(this.marked))
    listen(this.article, "click", event => this.open(event))
    listen(this.section, "click", event => this.lead(event))
    listen(this.section, "input", event => this.keep(event.target.form))
    listen(document, "htmx:before:swap", ({ detail: { ctx } }) => this.said(ctx))
    this.restore()
    this.highlight()
  }

  disconnectedCallback() {
    this.gone.abort()
  }

  /** Words were marked, or no longer are. */
  notice() {
    const selection = document.getSelection()
    const range = !selection.isCollapsed && selection.rangeCount ? selection.getRangeAt(0) : null
    const inside = range && this.article.contains(range.commonAncestorContainer) && !this.section.contains(range.commonAncestorContainer)
    this.marked = inside ? new PassageText(this.article).marked(range) : null
    this.offer.hidden = !this.marked
    if (!this.marked) return
    const place = range.getBoundingClientRect()
    this.offer.style.setProperty("--top", `${place.bottom + scrollY}px`)
    this.offer.style.setProperty("--left", `${Math.max(8, Math.min(place.left, innerWidth - 220)) + scrollX}px`)
  }

  /** Write about these words; about the entry where there are none. */
  about(marked) {
    if (marked) {
      this.field("passage").value = marked.quote
      this.field("passage_before").value = marked.before
      this.field("passage_after").value = marked.after
      this.querySelector("details").open = true
    }
    document.getSelection().removeAllRanges()
    this.field("words").focus()
    this.box.scrollIntoView({ block: "nearest" })
  }

  field(name) {
    return this.box.elements.namedItem(name)
  }

  highlight() {
    const text = new PassageText(this.article)
    const open = [...this.section.querySelectorAll(".thread[data-quote]")].filter(thread => !thread.closest("details"))
    this.passages = open.map(thread => ({ thread, range: text.range(thread.dataset) })).filter(({ range }) => range)
    if (!CSS.highlights) return
    CSS.highlights.set("commented", new Highlight(...this.passages.map(({ range }) => range)))
    CSS.highlights.delete("looked-at")
  }

  /** From a passage to what is said about it. */
  open(event) {
    if (!document.getSelection().isCollapsed || event.target.closest("a, button, summary, .comments")) return
    const point = document.caretPositionFromPoint?.(event.clientX, event.clientY)
    const found = point && this.passages.find(({ range }) => range.isPointInRange(point.offsetNode, point.offset))
    found?.thread.querySelector(".remark").focus()
  }

  /** From what is said about a passage to the passage. */
  lead(event) {
    const thread = event.target.closest(".thread__passage a") && event.target.closest(".thread")
    const found = this.passages.find(passage => passage.thread === thread)
    if (!found) return
    event.preventDefault()
    CSS.highlights?.set("looked-at", new Highlight(found.range))
    found.range.startContainer.parentElement.scrollIntoView({ block: "center" })
  }

  get forms() {
    return [...this.section.querySelectorAll("form[data-keep]")]
  }

  keep(form) {
    if (!form?.dataset.keep) return
    const values = KEPT.map(name => [name, form.elements.namedItem(name)?.value ?? ""])
    keepCopy(this.getAttribute("person"), `comment-${form.dataset.keep}`, { action: form.getAttribute("action"), values })
  }

  restore() {
    for (const form of this.forms) {
      const [copy] = copiesFor(this.getAttribute("person"), form.getAttribute("action"))
      if (!copy || form.elements.namedItem("words").value) continue
      for (const [name, value] of copy.values) if (form.elements.namedItem(name)) form.elements.namedItem(name).value = value
      for (const fold of [form.closest("details"), form.querySelector("details")]) if (fold) fold.open ||= Boolean(copy.values[1][1] || fold.contains(form))
    }
  }

  said({ sourceElement: form, response }) {
    if (form?.dataset?.keep && response?.status < 400) dropCopy(this.getAttribute("person"), `comment-${form.dataset.keep}`)
  }
}

customElements.define("passage-comment", PassageComment)
