// The passages of an entry that have comments: highlighted without touching the page, each a way to its thread.

import { PassageText } from "./passage-text.js"

export class PassageMarks {
  constructor(article, section) {
    const text = new PassageText(article)
    const open = [...section.querySelectorAll(".thread[data-quote]")].filter(thread => !thread.parentElement.closest("details"))
    this.passages = open.map(thread => ({ thread, range: text.range(thread.dataset) })).filter(({ range }) => range)
    CSS.highlights?.set("commented", new Highlight(...this.passages.map(({ range }) => range)))
    CSS.highlights?.delete("looked-at")
  }

  /** The thread about the words at a point of the window, if there is one. */
  threadAt(x, y) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined // a click that no pointer made
    const point = document.caretPositionFromPoint?.(x, y)
    return point && this.passages.find(({ range }) => range.isPointInRange(point.offsetNode, point.offset))?.thread
  }

  /** Shows the passage of a thread; whether it could. */
  show(thread) {
    const found = this.passages.find(passage => passage.thread === thread)
    if (!found) return false
    CSS.highlights?.set("looked-at", new Highlight(found.range))
    found.range.startContainer.parentElement.scrollIntoView({ block: "center" })
    return true
  }
}
