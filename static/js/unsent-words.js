// <unsent-words>: words that this browser has kept and the server has not, offered above the form.

import { ask } from "./asking.js"
import { dropCopy } from "./copies.js"
import { inWords } from "./local-time.js"

class UnsentWords extends HTMLElement {
  offer(copy, keeper) {
    const words = document.createElement("p")
    words.className = "notice notice--draft"
    words.textContent = `This browser has kept words of yours from ${inWords(new Date(copy.when))} that were not sent.`
    const acts = Object.assign(document.createElement("p"), { className: "row" })
    acts.append(
      button("Go on with them", "button button--small button--main", () => this.goOn(copy, keeper)),
      button("Throw them away", "button button--small button--quiet", () => this.drop(copy, keeper)),
    )
    this.replaceChildren(words, acts)
    this.hidden = false
  }

  async goOn(copy, keeper) {
    const body = new URLSearchParams(copy.values)
    for (const [name, value] of Object.entries({ draft: copy.draft, draft_revision: copy.revision, draft_at: copy.at })) body.set(name, value)
    body.set("csrf_token", keeper.field("csrf_token").value)
    try {
      const { told } = await ask(copy.action, body.toString(), false)
      if (!told?.draft) throw new Error("not kept")
      dropCopy(keeper.getAttribute("person"), copy.draft)
      location.assign(`${copy.at}${copy.at.includes("?") ? "&" : "?"}draft=${told.draft}`)
    } catch {
      keeper.say("Not reached. The words stay in this browser.", { trouble: true })
    }
  }

  drop(copy, keeper) {
    dropCopy(keeper.getAttribute("person"), copy.draft)
    this.hidden = true
  }
}

function button(label, className, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className })
  made.textContent = label
  made.addEventListener("click", act)
  return made
}

customElements.define("unsent-words", UnsentWords)
