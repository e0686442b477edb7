// <theme-choice> and <key-choice> around buttons: the value chosen becomes an attribute of <html>
// (data-theme, data-keys) and a cookie, so that the server draws the next page the same way.

const YEAR = 365 * 24 * 60 * 60 // seconds

class Choice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    this.removeEventListener("click", this)
  }

  handleEvent(event) {
    const chosen = event.target.closest("button")
    if (!chosen) return
    this.wear(chosen.value)
    for (const button of this.querySelectorAll("button")) button.ariaPressed = String(button === chosen)
  }

  wear(value) {
    const root = document.documentElement
    if (value) root.dataset[this.about] = value
    else delete root.dataset[this.about]
    const secure = location.protocol === "https:" ? "; Secure" : ""
    document.cookie = `${this.about}=${value}; Path=/; Max-Age=${value ? YEAR : 0}; SameSite=Lax${secure}`
  }
}

customElements.define("theme-choice", class extends Choice { about = "theme" })
customElements.define("key-choice", class extends Choice { about = "keys" })
