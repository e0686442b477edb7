// <draft-keeper action="/drafts/…" person="7" limit="1000000"> inside a form: keeps what is typed as a draft
// on the server, a moment after each pause and whenever the page is left. Until the server has it, a copy
// stands in this browser. It says where the words are, and warns only when they are nowhere else.

import { ask } from "./asking.js"
import { copiesFor, dropCopy, keepCopy } from "./copies.js"
import { inWords } from "./local-time.js"
import { sendForm } from "./sending.js"
import "./unsent-words.js"

const PAUSE = 2_000 // ms without typing
const LONGEST = 10_000 // ms while somebody types on
const COPY = 250 // ms until the copy in this browser follows
const BEACON = 60_000 // bytes that browsers carry on after the page is gone
const OURS = /^(csrf_token|draft(_.*)?)$/

const SIGNED_OUT = "You are signed out. Sign in in another tab, then go on here."
const NOT_SENT = "Not sent. Your text is still here."

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.words = this.querySelector(".keeper__words")
    this.field("draft_writer").value = random()
    this.held = this.hasAttribute("typed") ? null : this.typed // what the server has
    this.asking = null
    for (const type of ["input", "change"]) this.form.addEventListener(type, this)
    this.form.addEventListener("submit", this)
    document.addEventListener("visibilitychange", this)
    for (const type of ["pagehide", "beforeunload", "online"]) window.addEventListener(type, this)
    this.watch = setInterval(() => this.notice(), LONGEST) // what scripts change tells of no event
    this.offerCopies()
    if (this.hasAttribute("typed")) this.notice()
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this)
    for (const type of ["pagehide", "beforeunload", "online"]) window.removeEventListener(type, this)
    clearInterval(this.watch)
  }

  get typed() {
    const values = new URLSearchParams()
    for (const [name, value] of new FormData(this.form)) if (!OURS.test(name)) values.append(name, value)
    return values.toString()
  }

  /** Count what is sent, so that the server can tell what is late on its way. */
  turn() {
    this.field("draft_turn").value = Number(this.field("draft_turn").value) + 1
  }

  field(name) {
    return this.form.elements.namedItem(name)
  }

  handleEvent(event) {
    if (event.type === "input" || event.type === "change") return this.notice()
    if (event.type === "submit") return sendForm(event, this)
    if (event.type === "beforeunload") return this.warn(event)
    if (event.type === "online") return this.keep()
    if (document.visibilityState === "hidden" || event.type === "pagehide") {
      this.copy()
      this.keep({ leaving: true })
    }
  }

  notice() {
    if (this.gone || this.typed === this.held) return
    if (this.typed !== this.tried) this.say("Not saved yet")
    this.copying ??= setTimeout(() => this.copy(), COPY)
    clearTimeout(this.pause)
    this.pause = setTimeout(() => this.keep(), PAUSE)
    this.longest ??= setTimeout(() => this.keep(), LONGEST)
  }

  /** Keep the words in this browser. */
  copy() {
    clearTimeout(this.copying)
    this.copying = null
    const values = this.typed
    if (this.gone || values === this.held) return
    this.copied = keepCopy(this.getAttribute("person"), this.field("draft").value, {
      action: this.getAttribute("action"),
      at: this.field("draft_at").value,
      revision: this.field("draft_revision").value,
      values,
    })
  }

  /** Have the server keep the words. One asks at a time; whoever leaves does not wait. */
  async keep({ leaving = false } = {}) {
    clearTimeout(this.pause)
    clearTimeout(this.longest)
    this.longest = null
    const values = this.typed
    if (this.gone || values === this.held || (this.asking && !leaving)) return
    this.turn()
    const body = new URLSearchParams([...new FormData(this.form)]).toString()
    if (body.length > Number(this.getAttribute("limit"))) return this.say("Too long to keep as a draft. A copy stands in this browser.", { trouble: true })
    if (leaving && body.length > BEACON) return
    this.asking = this.tried = values
    try {
      this.heard(await ask(this.getAttribute("action"), body, leaving), values)
    } catch {
      this.say(NOT_SENT, { trouble: true, act: () => this.keep() })
    } finally {
      this.asking = null
    }
    if (this.held === values && this.typed !== values) this.notice()
  }

  heard({ status, told }, values) {
    if (status === 401) return this.say(SIGNED_OUT, { trouble: true, act: () => this.keep() })
    if (!told?.draft) return this.say(told?.said ?? NOT_SENT, { trouble: true, act: () => this.keep() })
    const before = this.field("draft").value
    this.held = values
    this.field("draft").value = told.draft
    this.field("draft_revision").value = told.revision
    if (this.typed === values || before !== told.draft) dropCopy(this.getAttribute("person"), before)
    this.say(`Draft saved ${inWords(new Date(told.at))}. Only you can see it.`)
    if (told.other) this.tellOfOther(told.other)
  }

  tellOfOther({ at, browser, address }) {
    const where = browser ? ` in ${browser}` : ""
    this.say(`You also wrote here ${inWords(new Date(at))}${where}. Both are kept. `, { trouble: true })
    const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener" })
    link.textContent = "See the other"
    this.words.append(link)
  }

  /** Say where the words are. What is no trouble is not read aloud each time. */
  say(text, { trouble = false, act } = {}) {
    this.setAttribute("state", trouble ? "trouble" : "well")
    this.words.role = trouble ? "status" : null
    this.words.textContent = text
    if (!act) return
    const again = Object.assign(document.createElement("button"), { type: "button", className: "linkish" })
    again.textContent = "Try again"
    again.addEventListener("click", act)
    this.words.append(" ", again)
  }

  /** The form is saved: nothing of it has to be kept. */
  done() {
    this.gone = true
    dropCopy(this.getAttribute("person"), this.field("draft").value)
  }

  warn(event) {
    this.copy()
    if (!this.gone && !this.sending && this.typed !== this.held && !this.copied) event.preventDefault()
  }

  offerCopies() {
    const place = document.querySelector("unsent-words")
    const mine = this.field("draft").value
    const [copy] = copiesFor(this.getAttribute("person"), this.getAttribute("action")).filter(
      copy => copy.values !== this.typed && !(this.hasAttribute("typed") && copy.draft === mine),
    )
    if (copy) place?.offer(copy, this)
  }
}

/** 128 bits; `randomUUID` is there only under https. */
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("")
}

customElements.define("draft-keeper", DraftKeeper)
