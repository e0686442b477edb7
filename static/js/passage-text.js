// The words of an entry as they stand on its page, without buttons and labels nobody reads aloud: for telling
// what somebody marked, and for finding again what others did. Spaces do not count when words are looked for.

const NOT_TEXT = ".comments, .agreed, .entry__top, .notice, .part__edit, .say__time, .visually-hidden, button, copy-text, svg"
const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, h5, h6, td, th, pre, blockquote, div"
const AROUND = 80 // characters sent of what stands before and after; the server keeps what it needs of them

const squeezed = words => words.replace(/\s+/g, "")

export class PassageText {
  constructor(article) {
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, node => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT
      return node.matches(NOT_TEXT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP
    })
    this.nodes = [] // {node, at}: where each text begins in `words`
    this.words = ""
    let block
    while (walker.nextNode()) {
      const node = walker.currentNode
      const its = node.parentElement.closest(BLOCKS)
      if (its !== block) this.words += " "
      block = its
      this.nodes.push({ node, at: this.words.length })
      this.words += node.data
    }
    this.dense = ""
    this.places = [] // of each character of `dense` in `words`
    for (const match of this.words.matchAll(/\S/g)) {
      this.dense += match[0]
      this.places.push(match.index)
    }
  }

  /** What a range marks: {quote, before, after}; nothing where it marks no words. */
  marked(range) {
    const held = this.nodes.filter(({ node }) => range.intersectsNode(node))
    if (!held.length) return null
    const [first, last] = [held[0], held.at(-1)]
    const start = first.at + (first.node === range.startContainer ? range.startOffset : 0)
    const end = last.at + (last.node === range.endContainer ? range.endOffset : last.node.data.length)
    const quote = this.words.slice(start, end)
    if (!quote.trim()) return null
    return { quote: quote.trim(), before: this.words.slice(Math.max(0, start - AROUND), start), after: this.words.slice(end, end + AROUND) }
  }

  /** The range of a passage, by the words around it where those stand on the page too; or nothing. */
  range({ quote, before, after }) {
    const words = squeezed(quote)
    for (const [left, right] of [[before, after], [before, ""], ["", after], ["", ""]]) {
      const found = words ? this.dense.indexOf(squeezed(left) + words + squeezed(right)) : -1
      if (found >= 0) return this.between(found + squeezed(left).length, words.length)
    }
    return null
  }

  between(start, length) {
    const range = new Range()
    range.setStart(...this.point(this.places[start]))
    const [node, offset] = this.point(this.places[start + length - 1])
    range.setEnd(node, offset + 1)
    return range
  }

  point(place) {
    const { node, at } = this.nodes.findLast(held => held.at <= place)
    return [node, place - at]
  }
}
