// <rich-paste for="body" action="/paste">: what was copied in Word, a spreadsheet or on a web page is put into
// the field as Markdown, which the server makes of it. Ctrl, Shift and V puts in the plain words, and so does
// everything that goes wrong.

import { insert } from "./insert-text.js"
import { toast } from "./toast.js"

const LARGEST = 1_000_000 // characters of HTML
const PATIENCE = 4_000 // ms
// Without one of these the HTML says no more than the words.
const SAYS_MORE = /<(?:h[1-6]|[uo]l|li|table|blockquote|a|b|i|strong|em|s|del|hr|pre|code)\b|mso-list|font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic/i

class RichPaste extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"))
    for (const type of ["paste", "keydown"]) this.field.addEventListener(type, this)
  }

  disconnectedCallback() {
    for (const type of ["paste", "keydown"]) this.field.removeEventListener(type, this)
  }

  handleEvent(event) {
    if (event.type === "keydown") this.plainly = event.shiftKey
    else this.paste(event)
  }

  async paste(event) {
    const html = event.clipboardData.getData("text/html")
    const plain = event.clipboardData.getData("text/plain").replaceAll("\r\n", "\n")
    const source = event.clipboardData.types.includes("vscode-editor-data") // coloured, but typed as it is
    if (this.plainly || source || this.asking || !html || html.length > LARGEST || !SAYS_MORE.test(html)) return
    event.preventDefault()
    const markdown = await this.ask(html)
    const start = this.field.selectionStart
    insert(this.field, markdown || plain)
    if (markdown && markdown.trim() !== plain.trim()) this.offer(markdown, plain, start)
  }

  /** The Markdown; nothing where it cannot be had. Typing rests meanwhile, so that it lands where it was meant to. */
  async ask(html) {
    this.asking = true
    this.field.readOnly = true
    this.field.ariaBusy = "true"
    try {
      const answer = await fetch(this.getAttribute("action"), {
        method: "POST",
        body: html,
        headers: { "Content-Type": "text/html; charset=utf-8", "X-CSRFToken": document.querySelector("meta[name='csrf-token']").content },
        signal: AbortSignal.timeout(PATIENCE),
      })
      return answer.ok && !answer.redirected ? await answer.text() : ""
    } catch {
      return ""
    } finally {
      this.asking = false
      this.field.readOnly = false
      this.field.ariaBusy = null
    }
  }

  offer(markdown, plain, start) {
    toast("Pasted as Markdown.", {
      label: "Keep plain text instead",
      act: () => {
        if (this.field.value.slice(start, start + markdown.length) === markdown) insert(this.field, plain, { start, end: start + markdown.length })
        else toast("The text has changed since. Undo, then paste with Ctrl, Shift and V.")
      },
    })
  }
}

customElements.define("rich-paste", RichPaste)
