// Around a button:
//   <copy-text from="answer" field="answer_30s" report="/…">  copies that element's text,
//   <copy-link href="/e/7" report="/…">                        copies the whole address,
// and both say so. Where `report` names an address, the copy is counted there as a use.

import { toast } from "./toast.js"

const HAND = "Not copied. Select it and copy it by hand."

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)

  // Without https a browser has no clipboard for scripts; a selection still can be copied.
  const back = document.activeElement
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "visually-hidden" })
  document.body.append(area)
  area.select()
  const copied = document.execCommand("copy")
  area.remove()
  back?.focus()
  if (!copied) throw new Error(HAND)
}

function report(address, field) {
  const token = document.querySelector("meta[name='csrf-token']")?.content ?? ""
  const body = new URLSearchParams({ type: "copy", what: field, csrf_token: token })
  if (!navigator.sendBeacon?.(address, body)) fetch(address, { method: "POST", body, keepalive: true }).catch(() => {})
}

class Copying extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  async handleEvent(event) {
    if (!event.target.closest("button")) return
    try {
      await copy(this.words)
    } catch {
      return toast(HAND, { tone: "stop" })
    }
    toast(this.said)
    if (this.hasAttribute("report")) report(this.getAttribute("report"), this.field)
  }
}

class CopyText extends Copying {
  get words() {
    const source = document.getElementById(this.getAttribute("from"))
    return source.value ?? source.innerText
  }

  get field() {
    return this.getAttribute("field") ?? this.getAttribute("from")
  }

  get said() {
    return this.hasAttribute("report") ? "Copied. Tell us later if it helped." : "Copied."
  }
}

class CopyLink extends Copying {
  field = "link"
  said = "Link copied. It stays right when the title changes."

  get words() {
    return new URL(this.getAttribute("href"), location.origin).href
  }
}

customElements.define("copy-text", CopyText)
customElements.define("copy-link", CopyLink)
